// Writes a project of many documents with many pairs, for measuring: make_project P.longview [DOCUMENTS [PAIRS]].
// Perplexities are drawn by SplitMix64, so the same call gives the same numbers. There is no source file behind it.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include <fmt/format.h>

#include "run/settings.h"
#include "scoring/random.h"
#include "scoring/sampler.h"
#include "store/project.h"

namespace {

using namespace longview;

double part(Stream& stream) {
  return static_cast<double>(stream.next() >> 11) / 9007199254740992.0;
}

/// Between 40 and 296 segments, as documents of 5,000 to 38,000 tokens have.
ResultData data_of(Sampler& sampler, Stream& stream, std::uint64_t& tokens) {
  tokens = 5120 + stream.below(32768);
  Draw draw = sampler.draw(tokens, {stream.next(), stream.next()});
  ResultData data;
  data.bounds.resize(draw.segments + 1);
  for (std::size_t k = 0; k < data.bounds.size(); ++k)
    data.bounds[k] = 550 * k;
  for (std::uint32_t k = 0; k < draw.segments; ++k)
    data.pairs.perplexity_alone.push_back(static_cast<float>(8 + 30 * part(stream)));
  data.pairs.pairs = std::move(draw.pairs);
  for (Pair& pair : data.pairs.pairs)
    pair.perplexity_after = static_cast<float>(data.pairs.perplexity_alone[pair.i] * (0.6 + 0.5 * part(stream)));
  return data;
}

void write(const char* path, std::uint64_t documents, std::uint64_t pairs) {
  RunSettings settings;
  settings.sampling.pairs_per_document = pairs;
  settings.dtype = DType::float32;
  SourceFile source;
  source.path = "/nowhere/bench.jsonl";
  Project project = Project::open(path, Project::Mode::create);
  const Hash128 hash{1, documents};
  const DatasetId dataset = project.put_dataset("bench", {&source, 1}, {&hash, 1});
  const RunId run = project.put_run({dataset, to_json(settings), {1, 1}, {2, 2}}, "/nowhere/model.gguf", "none");
  Sampler sampler(settings.sampling);
  Stream stream(11);
  Project::Transaction transaction(project);
  for (std::uint64_t k = 0; k < documents; ++k) {
    Document document;
    document.place = {0, 40'000 * k, 39'999, k + 1};
    document.text_hash = {k, 7};
    document.id = fmt::format("document-{:07}", k);
    document.fields = fmt::format(R"({{"year":{},"kind":"{}"}})", 1900 + k % 120, k % 3 ? "book" : "talk");
    ResultRow row;
    row.document = project.put_document(dataset, document);
    const ResultData data = data_of(sampler, stream, row.tokens);
    row.segments = data.bounds.size() - 1;
    row.pair_count = data.pairs.pairs.size();
    row.repetition = part(stream);
    row.take(derive_numbers(data.pairs, settings.sampling, settings.parameters));
    project.put_result(run, row, &data);
  }
  project.finish_run(run);
  transaction.commit();
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("make_project P.longview [DOCUMENTS [PAIRS]]\n", stderr);
    return 2;
  }
  try {
    write(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000,
          argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 500);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_project: %s\n", error.what());
    return 1;
  }
}
