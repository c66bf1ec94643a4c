#include "model/pickle.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "model/tensor_set.h"

// Opcodes: Python's Lib/pickletools.py.
namespace longview {
namespace {

using Kind = PickleValue::Kind;

// A checkpoint of 10,000 tensors has 300,000 values. These bounds also keep every single allocation under 64 MB.
constexpr std::size_t most_values = 1u << 22;
constexpr std::size_t deepest_stack = 1u << 20;
constexpr std::size_t most_items = 1u << 19; ///< of one dictionary: keys and values
constexpr std::size_t longest_global = 256;

/// The opcodes that are not read, to name them.
constexpr std::pair<std::uint8_t, std::string_view> others[] = {
    {'0', "POP"},
    {'1', "POP_MARK"},
    {'2', "DUP"},
    {'F', "FLOAT"},
    {'I', "INT"},
    {'L', "LONG"},
    {'P', "PERSID"},
    {'S', "STRING"},
    {'T', "BINSTRING"},
    {'U', "SHORT_BINSTRING"},
    {'V', "UNICODE"},
    {'B', "BINBYTES"},
    {'C', "SHORT_BINBYTES"},
    {'d', "DICT"},
    {'g', "GET"},
    {'i', "INST"},
    {'l', "LIST"},
    {'o', "OBJ"},
    {'p', "PUT"},
    {0x81, "NEWOBJ"},
    {0x82, "EXT1"},
    {0x83, "EXT2"},
    {0x84, "EXT4"},
    {0x8b, "LONG4"},
    {0x8c, "SHORT_BINUNICODE"},
    {0x8d, "BINUNICODE8"},
    {0x8e, "BINBYTES8"},
    {0x8f, "EMPTY_SET"},
    {0x90, "ADDITEMS"},
    {0x91, "FROZENSET"},
    {0x92, "NEWOBJ_EX"},
    {0x93, "STACK_GLOBAL"},
    {0x94, "MEMOIZE"},
    {0x95, "FRAME"},
    {0x96, "BYTEARRAY8"},
    {0x97, "NEXT_BUFFER"},
    {0x98, "READONLY_BUFFER"},
};

std::string opcode_name(std::uint8_t code) {
  const auto* row = std::find_if(std::begin(others), std::end(others), [&](const auto& r) { return r.first == code; });
  return row == std::end(others) ? fmt::format("0x{:02x}", code) : std::string(row->second);
}

/// The machine that a pickle is a program for, with a stack, marks on it, and a memo of values by number.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, bool (*allowed)(std::string_view), const std::string& where,
          std::deque<PickleValue>& values, std::deque<std::string>& names)
      : bytes_(bytes), allowed_(allowed), where_(where), values_(values), names_(names) {}

  const PickleValue* run() {
    for (;;) {
      const auto code = take<std::uint8_t>();
      if (code == '.')
        break;
      if (!scalar(code) && !container(code) && !object(code))
        fail(fmt::format("uses the opcode {}, which is not needed for tensors; it is not read", opcode_name(code)),
             ErrorCode::unsupported);
    }
    const PickleValue* root = pop();
    if (!stack_.empty())
      fail("ends with values left over; the file is damaged");
    return root;
  }
  std::size_t position() const { return at_; }

 private:
  /// Numbers, text, the memo.
  bool scalar(std::uint8_t code) {
    switch (code) {
    case 0x80:
      return protocol(take<std::uint8_t>()), true;
    case 'N':
      return push(Kind::none), true;
    case 0x88:
    case 0x89:
      return push(Kind::boolean).integer = code == 0x88, true;
    case 'J':
      return push(Kind::integer).integer = take<std::int32_t>(), true;
    case 'K':
      return push(Kind::integer).integer = take<std::uint8_t>(), true;
    case 'M':
      return push(Kind::integer).integer = take<std::uint16_t>(), true;
    case 0x8a:
      return long_integer(), true;
    case 'G':
      return take_bytes(8), push(Kind::number), true;
    case 'X':
      return string(), true;
    case 'q':
      return put(take<std::uint8_t>()), true;
    case 'r':
      return put(take<std::uint32_t>()), true;
    case 'h':
      return get(take<std::uint8_t>()), true;
    case 'j':
      return get(take<std::uint32_t>()), true;
    default:
      return false;
    }
  }

  /// Tuples, lists, dictionaries and the mark that says where their items begin.
  bool container(std::uint8_t code) {
    switch (code) {
    case '(':
      if (marks_.size() == deepest_stack)
        fail("nests too deep; the file is damaged");
      return marks_.push_back(stack_.size()), true;
    case ')':
      return push(Kind::tuple), true;
    case ']':
      return push(Kind::list), true;
    case '}':
      return push(Kind::dict), true;
    case 't':
      return tuple(take_marked()), true;
    case 0x85:
    case 0x86:
    case 0x87:
      return tuple(take_top(code - 0x84u)), true;
    case 'a':
      return add(Kind::list, take_top(1)), true;
    case 'e':
      return add(Kind::list, take_marked()), true;
    case 's':
      return add(Kind::dict, take_top(2)), true;
    case 'u':
      return add(Kind::dict, take_marked()), true;
    default:
      return false;
    }
  }

  /// What would run code: it is only written down.
  bool object(std::uint8_t code) {
    switch (code) {
    case 'c':
      return global(), true;
    case 'Q': {
      const PickleValue* id = pop();
      return push(Kind::persistent).items = {id}, true;
    }
    case 'R':
      return call(), true;
    case 'b':
      return build(), true;
    default:
      return false;
    }
  }

  void protocol(std::uint8_t version) const {
    if (version != 2)
      fail(
          fmt::format("has the protocol {}; torch.save writes 2 unless told otherwise, and only that is read", version),
          ErrorCode::unsupported);
  }

  /// Up to 8 bytes, two's complement; a longer one cannot be a size (the legacy format's magic number is compared as
  /// bytes).
  void long_integer() {
    const auto digits = take_bytes(take<std::uint8_t>());
    if (digits.size() > sizeof(std::int64_t))
      fail(fmt::format("holds a number of {} bytes", digits.size()), ErrorCode::unsupported);
    std::uint64_t value = !digits.empty() && (digits.back() & std::byte{0x80}) != std::byte{0} ? ~std::uint64_t{0} : 0;
    if (!digits.empty())
      std::memcpy(&value, digits.data(), digits.size());
    push(Kind::integer).integer = static_cast<std::int64_t>(value);
  }

  void string() {
    const auto length = take<std::uint32_t>();
    const auto text = take_bytes(length);
    push(Kind::string).text = {reinterpret_cast<const char*>(text.data()), text.size()};
  }

  std::string_view line() {
    const char* first = reinterpret_cast<const char*>(bytes_.data()) + at_;
    const std::size_t most = std::min(bytes_.size() - at_, longest_global);
    const std::size_t length = std::string_view(first, most).find('\n');
    if (length == std::string_view::npos)
      fail("names a global without an end; the file is damaged");
    at_ += length + 1;
    return {first, length};
  }

  void global() {
    const std::string_view module = line(), name = line();
    names_.push_back(fmt::format("{}.{}", module, name));
    const std::string& full = names_.back();
    if (full != "collections.OrderedDict" && !allowed_(full))
      fail(fmt::format("asks for the global \"{}\", which is not needed for tensors; it is not read",
                       printable_name(full)),
           ErrorCode::unsupported);
    push(Kind::global).text = full;
  }

  void call() {
    const PickleValue* arguments = pop();
    const PickleValue* function = pop();
    if (!function->is(Kind::global) || !arguments->is(Kind::tuple))
      fail(fmt::format("calls {} with {}; it is not read", describe(function->kind), describe(arguments->kind)),
           ErrorCode::unsupported);
    if (function->text == "collections.OrderedDict" && arguments->items.empty())
      push(Kind::dict);
    else
      push(Kind::call).items = {function, arguments};
  }

  /// Gives an object its attributes. A state dict has one, _metadata, which tensors do not need.
  void build() {
    const PickleValue* state = pop();
    if (stack_.empty() || !stack_.back()->is(Kind::dict) || !state->is(Kind::dict))
      fail("builds an object, which is not needed for tensors; it is not read", ErrorCode::unsupported);
  }

  void tuple(std::vector<const PickleValue*> items) { push(Kind::tuple).items = std::move(items); }

  void add(Kind kind, const std::vector<const PickleValue*>& items) {
    if (stack_.empty() || !stack_.back()->is(kind))
      fail(fmt::format("adds items to something that is not {}; the file is damaged", describe(kind)));
    if (kind == Kind::dict && items.size() % 2)
      fail("has a key without a value; the file is damaged");
    auto& into = stack_.back()->items;
    if (items.size() > most_items - into.size())
      fail(fmt::format("has {} with more than {} items; the file is damaged", describe(kind), most_items));
    into.insert(into.end(), items.begin(), items.end());
  }

  void put(std::uint32_t number) {
    if (stack_.empty())
      fail("remembers a value that is not there; the file is damaged");
    memo_[number] = stack_.back();
  }
  void get(std::uint32_t number) {
    const auto found = memo_.find(number);
    if (found == memo_.end())
      fail(fmt::format("asks for the value {}, which it never made; the file is damaged", number));
    push(found->second);
  }

  PickleValue& push(Kind kind) {
    if (values_.size() == most_values)
      fail(fmt::format("describes more than {} values; the file is damaged", most_values));
    PickleValue& value = values_.emplace_back();
    value.kind = kind;
    push(&value);
    return value;
  }
  void push(PickleValue* value) {
    if (stack_.size() == deepest_stack)
      fail("puts too many values on its stack; the file is damaged");
    stack_.push_back(value);
  }

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleValue* pop() {
    if (stack_.size() <= floor())
      fail("takes a value that is not there; the file is damaged");
    PickleValue* value = stack_.back();
    stack_.pop_back();
    return value;
  }
  std::vector<const PickleValue*> take_top(std::size_t count) {
    if (stack_.size() - floor() < count)
      fail("takes values that are not there; the file is damaged");
    return take_from(stack_.size() - count);
  }
  std::vector<const PickleValue*> take_marked() {
    if (marks_.empty())
      fail("takes values up to a mark that is not there; the file is damaged");
    const std::size_t from = floor();
    marks_.pop_back();
    return take_from(from);
  }
  std::vector<const PickleValue*> take_from(std::size_t from) {
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(from);
    std::vector<const PickleValue*> out(first, stack_.end());
    stack_.erase(first, stack_.end());
    return out;
  }

  std::span<const std::byte> take_bytes(std::size_t count) {
    if (count > bytes_.size() - at_)
      fail("has no end; the file is cut short or damaged");
    const auto out = bytes_.subspan(at_, count);
    at_ += count;
    return out;
  }
  template <typename T>
  T take() {
    T value;
    std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    return value;
  }

  [[noreturn]] void fail(const std::string& why, ErrorCode code = ErrorCode::input) const {
    throw Error(code, fmt::format("its pickle {} (byte {} of it)", why, at_), where_);
  }

  std::span<const std::byte> bytes_;
  bool (*allowed_)(std::string_view);
  const std::string& where_;
  std::deque<PickleValue>& values_;
  std::deque<std::string>& names_;
  std::size_t at_ = 0;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, PickleValue*> memo_;
};

} // namespace

std::string_view describe(Kind kind) {
  switch (kind) {
  case Kind::none:
    return "None";
  case Kind::boolean:
    return "a truth value";
  case Kind::integer:
    return "an integer";
  case Kind::number:
    return "a number";
  case Kind::string:
    return "a string";
  case Kind::global:
    return "a global";
  case Kind::tuple:
    return "a tuple";
  case Kind::list:
    return "a list";
  case Kind::dict:
    return "a dictionary";
  case Kind::call:
    return "a call";
  case Kind::persistent:
    break;
  }
  return "a storage";
}

Pickle::Pickle(std::span<const std::byte> bytes, bool (*allowed)(std::string_view), const std::string& where) {
  Machine machine(bytes, allowed, where, values_, names_);
  root_ = machine.run();
  size_ = machine.position();
}

} // namespace longview
