#pragma once

#include <string>
#include <string_view>

namespace longview {

/// White space for the inside of a PCRE2 character class: the property White_Space, which Oniguruma's \s is and PCRE2's
/// is not (it has U+180E besides).
std::string_view white_space_class();
/// All other characters, the same way.
std::string_view other_than_white_space_class();

/// tokenizer.json writes its patterns in Oniguruma's syntax. Gives the PCRE2 expression of the same meaning. Throws
/// Error(unsupported), naming the construct, for everything that is not known to mean the same in both.
std::string pcre_from_oniguruma(std::string_view expression);

} // namespace longview
