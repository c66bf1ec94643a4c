#include "run/document_text.h"

#include "base/error.h"
#include "corpus/corpus.h"
#include "run/settings.h"

namespace longview {

std::string document_text(const Project& project, RunId run, DocumentId id) {
  const StoredDocument document = project.document(id);
  if (auto embedded = project.embedded_text(id)) {
    if (hash128(*embedded) != document.text_hash)
      throw Error(ErrorCode::input, "the stored text of this document is damaged; score it again",
                  project.path().string());
    return std::move(*embedded);
  }
  const StoredDataset dataset = project.dataset(document.dataset);
  if (document.place.source >= dataset.sources.size())
    throw Error(ErrorCode::input, "the project does not know the source file of this document",
                project.path().string());
  const RunSettings settings = settings_from_json(project.run(run).identity.settings);
  try {
    SourceText source(dataset.sources[document.place.source].file);
    return source.text(document.place, settings.text_field, document.text_hash);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found)
      throw;
    throw Error(
        error.code(),
        "the source file is not there any more; put it back, or score it where it is now, which keeps the numbers",
        error.context());
  }
}

} // namespace longview
