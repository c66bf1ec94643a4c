#pragma once

#include "store/open.h"
#include "store/project.h"

namespace longview {

struct Project::Impl {
  Impl(const std::filesystem::path& path, Mode mode) : opened(open_project(path, mode)) {}

  OpenedProject opened;
  const Connection& connection = opened.connection;
};

/// The columns read_document() takes, in its order; `d` is the document, `s` its source.
inline const std::string document_columns = "d.id, s.dataset, d.source, s.position, d.byte_offset, d.byte_length, "
                                            "d.line, d.text_hash, d.name, d.title, d.fields";
constexpr int document_column_count = 11;
StoredDocument read_document(const Connection& connection, const Query& query);

/// Throws Error(not_found) that names what was asked for.
[[noreturn]] void throw_missing(const Connection& connection, std::string_view what, std::int64_t id);

} // namespace longview
