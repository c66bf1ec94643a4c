// bench_weights MODEL [float32|bfloat16|float16] [THREADS] [engine]: how long the weights take to be converted (or,
// with "engine", until the engine can score), beside reading the files from the cache of the system, and the peak of
// resident memory.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
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

/// Seconds for one pass of read() over the files, into `buffer` over and over, or on and on through it where it is as
/// large as they are.
double read_files(const ModelFiles& model, std::span<std::byte> buffer, bool over_and_over) {
  const double start = now();
  for (const auto& path : model.files) {
    const int file = ::open(path.c_str(), O_RDONLY);
    ssize_t got = 0;
    while (!buffer.empty() && (got = ::read(file, buffer.data(), buffer.size())) > 0)
      if (!over_and_over)
        buffer = buffer.subspan(static_cast<std::size_t>(got));
    ::close(file);
  }
  return now() - start;
}

/// What loading is measured against, in seconds, with the files in the system's cache.
struct Reading {
  double reused; ///< into one small buffer, as `cat` does
  double fresh;  ///< into memory that nothing has touched yet, as a program would that keeps what it reads
  double huge;   ///< the same in huge pages
};

Reading read_files(const ModelFiles& model) {
  std::vector<std::byte> small(256u << 10);
  read_files(model, small, true); // into the cache
  Reading out{};
  out.reused = read_files(model, small, true);
  std::uint64_t size = 0;
  for (const auto& path : model.files)
    size += std::filesystem::file_size(path);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    throw Error(ErrorCode::out_of_memory, "no memory to read the files into");
  out.fresh = read_files(model, {static_cast<std::byte*>(memory), size}, false);
  ::munmap(memory, size);
  const auto pages = allocate_pages(size);
  out.huge = read_files(model, {pages.get(), size}, false);
  return out;
}

/// In a process of its own, so that its memory is not in our peak.
Reading measure_reading(const char* path) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw Error(ErrorCode::io, "no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    const Reading reading = read_files(open_model_files(path));
    ::_exit(::write(ends[1], &reading, sizeof reading) == sizeof reading ? 0 : 1);
  }
  ::close(ends[1]);
  Reading reading{};
  const bool whole = ::read(ends[0], &reading, sizeof reading) == sizeof reading;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  if (!whole)
    throw Error(ErrorCode::io, "the files were not read");
  return reading;
}

std::string against(double seconds, const Reading& reading) {
  return fmt::format(
      "{:.3f} s: {:.2f} of reading into fresh memory ({:.3f} s), {:.2f} into huge pages ({:.3f} s), {:.2f} "
      "into one buffer ({:.3f} s)",
      seconds, seconds / reading.fresh, reading.fresh, seconds / reading.huge, reading.huge, seconds / reading.reused,
      reading.reused);
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
  const Reading reading = measure_reading(path);
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
      "{} {}, {} threads: opened and planned in {:.3f} s, ready after {}; {:.0f} MB of weights, peak {:.0f} MB more "
      "than before ({:.2f} of them)\n",
      model.format, type_name(type), threads, planned - start, against(done - start, reading), megabytes,
      peak_megabytes() - before, (peak_megabytes() - before) / megabytes);
}

void measure_engine(const char* path, DType dtype, int threads) {
  const Reading reading = measure_reading(path);
  engine();
  const double before = peak_megabytes(), start = now();
  ScorerOptions options;
  options.device = "cpu";
  options.dtype = dtype;
  options.threads = threads;
  options.segment_length = 16;
  const auto scorer = engine().open(path, options, {});
  const double took = now() - start;
  const double weights =
      static_cast<double>(count_parameters(plan_model(open_model_files(path))).bytes(dtype == DType::float32 ? 4 : 2)) /
      (1u << 20);
  fmt::print(
      "engine, {}, {} threads: ready after {}; {:.0f} MB of weights, peak {:.0f} MB more than libtorch's {:.0f} MB "
      "({:.2f} of them)\n",
      name(dtype), threads, against(took, reading), weights, peak_megabytes() - before, before,
      (peak_megabytes() - before) / weights);
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
