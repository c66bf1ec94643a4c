#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace longview {

/// A regular expression that cuts text into pieces before merging: no token reaches over a cut. Immutable; shared by
/// threads.
class SplitPattern {
 public:
  /// `expression` in PCRE2's syntax for UTF-8; `name` is for messages. Throws Error(unsupported) for an expression that
  /// is not understood or may match nothing.
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

/// Walks over the matches of a text and what lies between them. One thread's; cheap to point at the next text.
class Splitter {
 public:
  explicit Splitter(const SplitPattern& pattern);
  ~Splitter();
  Splitter(Splitter&&) noexcept;
  Splitter& operator=(Splitter&&) = delete;

  /// `text` must be valid UTF-8: it is not checked again.
  void start(std::string_view text);
  /// The next piece, empty at the end: a match, or all up to the next match. Pieces tile the text.
  /// Throws Error(unsupported) where the pattern takes more memory or time than a text should.
  std::string_view next();
  /// Whether the last piece was a match.
  bool matched() const { return matched_; }

 private:
  struct Free {
    void operator()(pcre2_real_match_data_8* data) const;
    void operator()(pcre2_real_match_context_8* context) const;
    void operator()(pcre2_real_jit_stack_8* stack) const;
  };

  void search();

  const SplitPattern* pattern_;
  std::unique_ptr<pcre2_real_match_data_8, Free> match_;
  std::unique_ptr<pcre2_real_jit_stack_8, Free> stack_;
  std::unique_ptr<pcre2_real_match_context_8, Free> context_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t found_begin_ = 0, found_end_ = 0; ///< the match at or after at_, if found_end_ > at_
  bool matched_ = false;
};

} // namespace longview
