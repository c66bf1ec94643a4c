// bench_tokenizer MODEL FILE.txt…          MB/s of each text, best of three, one thread
// bench_tokenizer --encode MODEL FILE.jsonl   for each {"text"}: {"ids", "ids_special", "ends"} a line, to compare with
// others
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/tokenizer.h"

using namespace longview;

namespace {

double seconds(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void measure(const Tokenizer& tokenizer, const std::string& path) {
  const std::string text = read_file(path, std::uint64_t{1} << 32);
  double best = 1e30;
  std::size_t tokens = 0;
  for (int k = 0; k < 3; ++k)
    best = std::min(best, seconds([&] { tokens = tokenizer.encode(text, SpecialTokens::plain).ids.size(); }));
  std::printf("%-40s %8.2f MB %9zu tokens %8.2f MB/s\n", path.c_str(), static_cast<double>(text.size()) / 1e6, tokens,
              static_cast<double>(text.size()) / 1e6 / best);
}

void encode(const Tokenizer& tokenizer, const char* path) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const std::string text = nlohmann::json::parse(line).at("text");
    const Tokens plain = tokenizer.encode(text, SpecialTokens::plain);
    const Tokens special = tokenizer.encode(text, SpecialTokens::recognised);
    std::cout << nlohmann::json{{"ids", plain.ids}, {"ids_special", special.ids}, {"ends", plain.ends}} << '\n';
  }
}

} // namespace

int main(int count, char** words) {
  try {
    const bool encodes = count == 4 && std::string(words[1]) == "--encode";
    if (count < 3)
      throw Error(ErrorCode::usage, "use: bench_tokenizer [--encode] MODEL FILE …");
    const char* model = words[encodes ? 2 : 1];
    std::shared_ptr<const Tokenizer> tokenizer;
    const double loading = seconds([&] { tokenizer = load_tokenizer(model); });
    if (encodes) {
      encode(*tokenizer, words[3]);
      return 0;
    }
    std::printf("%s: %s, loaded in %.3f s\n", model, tokenizer->description().c_str(), loading);
    for (int k = 2; k < count; ++k)
      measure(*tokenizer, words[k]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
