// bench_weights MODEL [float32|bfloat16|float16] [THREADS]: how long the weights take to be converted, beside reading
// the files from the cache of the system, and the peak of resident memory. Without torch.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/pages.h"
#include "model/families.h"
#include "model/model_files.h"
#include "model/weight_converter.h"
#include "scoring/scorer.h"

using namespace longview;

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Into one buffer over and over, as `cat` does.
double read_files(const ModelFiles& model) {
  std::vector<char> buffer(256u << 10);
  const double start = now();
  for (const auto& path : model.files) {
    const int file = ::open(path.c_str(), O_RDONLY);
    while (::read(file, buffer.data(), buffer.size()) > 0) {
    }
    ::close(file);
  }
  return now() - start;
}

double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

TensorType type_of(const char* name) {
  return std::strcmp(name, "bfloat16") == 0  ? TensorType::BF16
         : std::strcmp(name, "float16") == 0 ? TensorType::F16
                                             : TensorType::F32;
}

void measure(const char* path, TensorType type, int threads) {
  read_files(open_model_files(path)); // into the cache
  const double reading = read_files(open_model_files(path));
  const double before = peak_megabytes(), start = now();
  const ModelFiles model = open_model_files(path);
  const ModelPlan plan = plan_model(model);
  const double planned = now();
  WeightConverter converter(*model.tensors, threads, path, {});
  std::vector<std::shared_ptr<std::byte>> memory;
  std::uint64_t bytes = 0;
  for_each_slot(plan, [&](const SlotSources& slot, bool matrix) {
    std::uint64_t size = 0;
    for (const TensorSource& source : slot)
      size += source.rows * source.columns * block_size(matrix ? type : TensorType::F32).bytes;
    if (size == 0)
      return;
    memory.push_back(allocate_pages(size));
    converter.add(slot, matrix ? type : TensorType::F32, memory.back().get());
    bytes += size;
  });
  converter.run();
  const double done = now();
  const double megabytes = static_cast<double>(bytes) / (1u << 20);
  fmt::print(
      "{} {}, {} threads: read {:.3f} s, opened and planned {:.3f} s, converted {:.3f} s ({:.2f} of reading in all), "
      "{:.0f} MB of weights, peak {:.0f} MB ({:.2f} of them)\n",
      model.format, type_name(type), threads, reading, planned - start, done - planned, (done - start) / reading,
      megabytes, peak_megabytes() - before, (peak_megabytes() - before) / megabytes);
}

void measure_engine(const char* path, DType dtype, int threads) {
  engine();
  read_files(open_model_files(path)); // into the cache
  const double reading = read_files(open_model_files(path));
  const double before = peak_megabytes(), start = now();
  ScorerOptions options;
  options.device = "cpu";
  options.dtype = dtype;
  options.threads = threads;
  options.segment_length = 16;
  const auto scorer = engine().open(path, options, {});
  const double took = now() - start;
  fmt::print("engine, {}, {} threads: read {:.3f} s, ready after {:.3f} s ({:.2f} of reading), peak {:.0f} MB, {:.0f} "
             "MB before\n",
             name(dtype), threads, reading, took, took / reading, peak_megabytes(), before);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "bench_weights MODEL [float32|bfloat16|float16] [THREADS] [engine]\n");
    return 2;
  }
  try {
    const char* type = argc > 2 ? argv[2] : "float32";
    const int threads = argc > 3 ? std::atoi(argv[3]) : static_cast<int>(std::thread::hardware_concurrency());
    if (argc > 4)
      measure_engine(argv[1], parse_dtype(type).value_or(DType::float32), threads);
    else
      measure(argv[1], type_of(type), threads);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_status(error.code());
  }
  return 0;
}
