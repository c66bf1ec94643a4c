#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;

namespace longview {

/// The rule that cuts text into pieces before merging: no token reaches over a cut. Immutable; shared by threads.
class SplitPattern {
 public:
  /// A rule by the name GGUF files give it. Throws Error(unsupported), with the names that are known.
  static SplitPattern named(std::string_view name);
  /// The compiled rule of a regular expression (PCRE2 syntax, UTF-8) that matches something at every place of a text.
  SplitPattern(std::string name, std::string expression);
  ~SplitPattern();
  SplitPattern(SplitPattern&&) noexcept;
  SplitPattern& operator=(SplitPattern&&) noexcept;

  const std::string& name() const { return name_; }
  const std::string& expression() const { return expression_; }
  /// What decides which characters are letters and digits: "Unicode 14.0.0".
  static std::string character_tables();

 private:
  friend class Splitter;
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
  };

  std::string name_;
  std::string expression_;
  std::unique_ptr<pcre2_real_code_8, Free> code_;
};

/// Walks over the pieces of a text. One thread's; cheap to point at the next text.
class Splitter {
 public:
  explicit Splitter(const SplitPattern& pattern);
  ~Splitter();
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;

  /// `text` must be valid UTF-8: it is not checked again.
  void start(std::string_view text);
  /// The next piece, empty at the end. Pieces tile the text.
  std::string_view next();

 private:
  struct Free {
    void operator()(pcre2_real_match_data_8* data) const;
  };

  const SplitPattern& pattern_;
  std::unique_ptr<pcre2_real_match_data_8, Free> match_;
  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace longview
