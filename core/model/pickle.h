#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// A value that a pickle describes. Nothing is ever imported, called or built: a call stays a value that says what
/// would have been called with what.
struct PickleValue {
  enum class Kind : std::uint8_t {
    none,
    boolean,
    integer,
    number,
    string,
    global,
    tuple,
    list,
    dict,
    call,
    persistent
  };

  Kind kind = Kind::none;
  std::int64_t integer = 0; ///< integer and boolean
  std::string_view text;    ///< string; global: "collections.OrderedDict"
  /// tuple and list: the items; dict: key, value, key, value …; call: function, arguments (a tuple); persistent: the
  /// id. A value may be held by several, and by itself: walk down with a bound.
  std::vector<const PickleValue*> items;

  bool is(Kind k) const { return kind == k; }
};

/// "a tuple", for messages
std::string_view describe(PickleValue::Kind kind);

/// A pickle of protocol 2, read with the opcodes that a saved dictionary of tensors uses. Views live as long as the
/// bytes.
class Pickle {
 public:
  /// Reads up to the opcode STOP. `allowed` says which globals may be named ("module.name"); collections.OrderedDict
  /// always may. Throws Error with `where`: unsupported (another opcode, global or protocol: named), input (cut short,
  /// damaged, beyond all belief in size).
  Pickle(std::span<const std::byte> bytes, bool (*allowed)(std::string_view global), const std::string& where);

  const PickleValue& root() const { return *root_; }
  /// Bytes up to and with STOP.
  std::size_t size() const { return size_; }
  /// Everything that was described, in no particular order of meaning.
  const std::deque<PickleValue>& values() const { return values_; }

 private:
  std::deque<PickleValue> values_; // a deque: growing it moves nothing and asks for no large piece
  std::deque<std::string> names_;  ///< of globals
  const PickleValue* root_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace longview
