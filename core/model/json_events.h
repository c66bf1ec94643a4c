#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace longview {

/// Base of readers that take a JSON text value by value, without a tree of it: memory stays at the longest string,
/// whatever a damaged file claims. A subclass answers to what it wants; the rest passes by.
class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// `where` is the context of errors: the file.
  explicit JsonEvents(std::string where) : where_(std::move(where)) {}

  /// Throws Error(input): no JSON, nested deeper than 32, or what the subclass refuses.
  void walk(std::string_view text);

 protected:
  // Inside these, depth() is the number of open objects and arrays, the one that opens or closes included.
  virtual void on_key(std::string&) {}
  virtual void on_open(bool /*object*/) {}
  virtual void on_close(bool /*object*/) {}
  virtual void on_string(std::string&) {}
  virtual void on_number(std::uint64_t) {}
  virtual void on_other() {} ///< true, false, null, a number below 0 or with a fraction

  int depth() const { return depth_; }
  const std::string& where() const { return where_; }
  [[noreturn]] void fail(const std::string& why) const;

 private:
  bool null() override;
  bool boolean(bool) override;
  bool number_integer(number_integer_t) override;
  bool number_unsigned(number_unsigned_t value) override;
  bool number_float(number_float_t, const string_t&) override;
  bool string(string_t& value) override;
  bool binary(binary_t&) override;
  bool start_object(std::size_t) override;
  bool key(string_t& name) override;
  bool end_object() override;
  bool start_array(std::size_t) override;
  bool end_array() override;
  bool parse_error(std::size_t byte, const std::string& last_token, const nlohmann::detail::exception&) override;
  bool open(bool object);
  bool close(bool object);

  std::string where_;
  int depth_ = 0;
};

} // namespace longview
