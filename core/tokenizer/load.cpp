#include <filesystem>

#include "base/error.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/tokenizer.h"

namespace longview {

std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& model_path) {
  if (std::error_code ignored; std::filesystem::is_directory(model_path, ignored))
    throw Error(ErrorCode::unsupported, "is a directory; give the model as one GGUF file", model_path);
  const GgufFile file(model_path);
  return std::make_shared<ByteLevelTokenizer>(read_byte_level_vocabulary(file));
}

} // namespace longview
