#include "tokenizer/sentencepiece_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/protobuf_reader.h"
#include "tokenizer/utf8.h"

namespace longview {
namespace {

using Model = SentencePieceModel;

constexpr std::size_t most_pieces = 1u << 26;

[[noreturn]] void refuse(std::string why, ErrorCode code = ErrorCode::input) {
  throw Error(code, std::move(why));
}

Model::Piece read_piece(ProtobufReader message, std::size_t id) {
  Model::Piece out;
  while (message.next()) {
    if (message.field() == 1)
      out.text = message.text();
    else if (message.field() == 2)
      out.score = message.number();
    else if (message.field() == 3)
      out.type = static_cast<Model::Type>(std::min<std::uint64_t>(message.integer(), 7));
  }
  if (out.type < Model::Type::normal || out.type > Model::Type::byte)
    refuse(fmt::format("its piece {} is of an unknown type", id));
  if (out.text.empty())
    refuse(fmt::format("its piece {} is empty", id));
  if (first_invalid_utf8(out.text))
    refuse(fmt::format("its piece {} is not valid UTF-8", id));
  if (!std::isfinite(out.score))
    refuse(fmt::format("the score of its piece {} is not a number", id));
  return out;
}

void read_training(ProtobufReader message, Model& out) {
  std::uint64_t kind = 1;
  while (message.next()) {
    if (message.field() == 3)
      kind = message.integer();
    else if (message.field() == 24)
      out.whitespace_is_suffix = message.boolean();
    else if (message.field() == 35)
      out.byte_fallback = message.boolean();
  }
  if (kind == 3 || kind == 4)
    refuse(fmt::format("is a sentencepiece model of the kind {}, which is not supported; unigram and BPE are",
                       kind == 3 ? "word" : "char"),
           ErrorCode::unsupported);
  if (kind != 1 && kind != 2)
    refuse(fmt::format("is a sentencepiece model of the unknown kind {}", kind), ErrorCode::unsupported);
  out.kind = static_cast<Model::Kind>(kind);
}

void read_normalization(ProtobufReader message, Model& out) {
  while (message.next()) {
    if (message.field() == 2)
      out.character_map = message.text();
    else if (message.field() == 3)
      out.add_dummy_prefix = message.boolean();
    else if (message.field() == 4)
      out.remove_extra_whitespaces = message.boolean();
    else if (message.field() == 5)
      out.escape_whitespaces = message.boolean();
  }
}

/// What sentencepiece itself demands of a model.
void check_pieces(const Model& model) {
  std::unordered_set<std::string_view> mergeable, reserved;
  std::array<bool, 256> bytes{};
  std::size_t unknown = 0, byte_pieces = 0;
  for (const Model::Piece& piece : model.pieces) {
    const bool can_merge = piece.type == Model::Type::normal || piece.type == Model::Type::user_defined ||
                           piece.type == Model::Type::unused;
    if (!(can_merge ? mergeable : reserved).insert(piece.text).second)
      refuse("holds the same piece twice");
    unknown += piece.type == Model::Type::unknown;
    if (piece.type != Model::Type::byte)
      continue;
    const auto byte = byte_of_piece(piece.text);
    if (!model.byte_fallback || !byte)
      refuse(fmt::format("has a piece for a byte, {}",
                         model.byte_fallback ? "but not which byte" : "but no byte fallback"));
    byte_pieces += !std::exchange(bytes[*byte], true);
  }
  if (unknown != 1)
    refuse(fmt::format("has {} pieces for unknown characters; one is needed", unknown));
  if (model.byte_fallback && byte_pieces != 256)
    refuse(fmt::format("has byte fallback, but pieces for {} of 256 bytes", byte_pieces));
}

} // namespace

SentencePieceModel parse_sentencepiece_model(std::span<const std::byte> bytes) {
  Model out;
  for (ProtobufReader message(bytes); message.next();) {
    if (message.field() == 1) {
      if (out.pieces.size() == most_pieces)
        refuse("has too many pieces");
      out.pieces.push_back(read_piece(ProtobufReader(message.bytes()), out.pieces.size()));
    } else if (message.field() == 2) {
      read_training(ProtobufReader(message.bytes()), out);
    } else if (message.field() == 3) {
      read_normalization(ProtobufReader(message.bytes()), out);
    }
  }
  if (out.pieces.empty())
    refuse("is no sentencepiece model: it has no pieces");
  check_pieces(out);
  return out;
}

} // namespace longview
