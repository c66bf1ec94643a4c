#include "store/project.h"

#include <utility>

#include "store/project_impl.h"

namespace longview {

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
