#include "store/project.h"

#include <array>
#include <utility>

#include "store/project_impl.h"

namespace longview {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 5> status_names{{
    {Status::scored, "scored"},
    {Status::too_short, "too_short"},
    {Status::too_few_pairs, "too_few_pairs"},
    {Status::bad_input, "bad_input"},
    {Status::failed, "failed"},
}};

} // namespace

std::string_view name(Status status) {
  for (const auto& [value, text] : status_names) {
    if (value == status)
      return text;
  }
  return "";
}

std::optional<Status> parse_status(std::string_view text) {
  for (const auto& [value, known] : status_names) {
    if (known == text)
      return value;
  }
  return std::nullopt;
}

void throw_missing(const Connection& connection, std::string_view what, std::int64_t id) {
  throw Error(ErrorCode::not_found, fmt::format("there is no {} {} in this project", what, id),
              connection.path().string());
}

Project Project::open(const std::filesystem::path& path, Mode mode) {
  return Project(std::make_unique<Impl>(path, mode));
}

Project::Project(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Project::~Project() = default;
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;

const std::filesystem::path& Project::path() const {
  return impl_->connection.path();
}

struct Project::Transaction::Impl {
  explicit Impl(const Connection& connection) : scope(connection) {}
  TransactionScope scope;
};

Project::Transaction::Transaction(Project& project) : impl_(std::make_unique<Impl>(project.impl_->connection)) {}
Project::Transaction::~Transaction() = default;
void Project::Transaction::commit() {
  impl_->scope.commit();
}

} // namespace longview
