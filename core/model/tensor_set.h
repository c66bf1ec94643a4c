#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "model/dequantize.h"

namespace longview {

/// One tensor as it lies in a file. `shape` is outermost first: a matrix of R rows and C columns is {R, C}, its rows
/// one after the other in `data`, each a whole number of its type's blocks.
struct StoredTensor {
  std::string name;
  TensorType type = TensorType::F32;
  std::vector<std::uint64_t> shape; ///< none of them 0; empty for a single value
  std::span<const std::byte> data;  ///< in a mapping that the set keeps; exactly the blocks of `shape`
};

/// Multiplied out; nothing where it does not fit 64 bits.
std::optional<std::uint64_t> element_count(std::span<const std::uint64_t> shape) noexcept;

/// The tensors of a model, from one file or several, whatever their format. The readers have checked every shape and
/// span, so the rest of the program may believe them. Spans live as long as the set. Const calls are safe from several
/// threads.
class TensorSet {
 public:
  /// Keeps a mapped file open for tensors added later.
  void keep(std::shared_ptr<const MappedFile> file);
  /// Keeps values that do not lie in a file as they are needed (stored transposed, say).
  std::span<std::byte> keep_bytes(std::uint64_t size);
  void add(StoredTensor tensor);
  /// After the last add(): makes find() work. Throws Error(input) for a name that is there twice.
  void index();

  /// In the files' order.
  const std::vector<StoredTensor>& all() const { return tensors_; }
  /// Null where there is none of that name.
  const StoredTensor* find(std::string_view name) const;
  /// Brings the pages of bytes of this set in, and gives them back to the system (they are read again when touched).
  /// Does nothing for bytes that do not lie in a file. Throws Error(io): see MappedFile.
  void prepare(std::span<const std::byte> bytes) const;
  void release(std::span<const std::byte> bytes) const;
  void release(const StoredTensor& tensor) const { release(tensor.data); }
  /// Gives the pages of all files back. The system maps more than what is touched (Linux 6.18: the whole large folio),
  /// so that bytes released before are there again when a neighbour is read.
  void release_files() const;
  /// Bytes of all files.
  std::uint64_t file_bytes() const;

 private:
  /// The file that holds `bytes`; null for none.
  const MappedFile* file_of(std::span<const std::byte> bytes) const;

  std::vector<std::shared_ptr<const MappedFile>> files_;
  std::vector<std::unique_ptr<std::byte[]>> owned_;
  std::vector<StoredTensor> tensors_;
  std::vector<std::uint32_t> by_name_; ///< places in tensors_, sorted by name
};

/// A name from a file, fit for a message: no control characters, not endless.
std::string printable_name(std::string_view name);

} // namespace longview
