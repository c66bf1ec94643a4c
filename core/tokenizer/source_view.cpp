#include "tokenizer/source_view.h"

namespace longview {

void MappedText::clear() {
  text.clear();
  ends.clear();
}

void MappedText::append(std::string_view bytes, std::uint32_t begin, std::uint32_t end) {
  if (bytes.empty())
    return;
  text += bytes;
  ends.insert(ends.end(), bytes.size() - 1, begin);
  ends.push_back(end);
}

} // namespace longview
