#include "jobs/sample.h"

#include <QFile>

#include "base/error.h"
#include "base/file.h"

namespace longview {
namespace {

/// Enough for a picture and an error bar, few enough for a minute on two cores.
constexpr std::uint64_t sample_pairs = 128;

std::filesystem::path sample_file() {
  return data_directory() / "sample" / "sample.jsonl";
}

} // namespace

RunRequest sample_request() {
  RunRequest request;
  request.inputs = {sample_file()};
  request.project = data_directory() / "sample" / "sample.longview";
  request.dataset = "sample";
  request.settings.sampling.pairs_per_document = sample_pairs;
  request.settings.parameters = default_parameters(request.settings.sampling.preset);
  return request;
}

void write_sample() {
  QFile packed(QStringLiteral(":/sample/sample.jsonl"));
  if (!packed.open(QIODevice::ReadOnly))
    throw Error(ErrorCode::internal, "the program was built without its sample");
  const QByteArray bytes = packed.readAll();
  const std::filesystem::path file = sample_file();
  std::error_code failure;
  std::filesystem::create_directories(file.parent_path(), failure);
  if (failure)
    throw Error(ErrorCode::io, "cannot be made: " + failure.message(), file.parent_path().string());
  // The same bytes stay the same file, so that the run is found again.
  if (std::filesystem::exists(file, failure) && read_file(file) == bytes.toStdString())
    return;
  AtomicFile out(file);
  out.write(bytes.toStdString());
  out.commit();
}

} // namespace longview
