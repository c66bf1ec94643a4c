#include "jobs/search_everything.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include "base/cancel.h"
#include "jobs/text_search.h"
#include "models/document_columns.h"
#include "models/format.h"
#include "run/document_text.h"
#include "widgets/segment_text.h"

namespace longview {
namespace {

constexpr Background::Kind only = 0;
constexpr std::uint64_t before_hit = 40, behind_hit = 120; // bytes of text around what was found
constexpr std::size_t rows_at_a_time = 4096;               // between two looks at the stop token
constexpr std::chrono::milliseconds between_news(150);

/// On one line, and nothing that turns or hides the rest of it.
QString one_line(QString text) {
  for (QChar& letter : text) {
    const char16_t code = letter.unicode();
    const bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    if (turns || letter.category() == QChar::Other_Control || code == 0x2028 || code == 0x2029)
      letter = u' ';
  }
  return text;
}

/// "…before HIT behind…": of a longer text what is near what was found.
Finding quoted(FoundKind kind, QString before, const QString& hit, QString behind) {
  Finding finding;
  finding.kind = kind;
  before = one_line(std::move(before));
  while (before.startsWith(u' '))
    before.remove(0, 1);
  finding.words = before;
  finding.hit = static_cast<int>(before.size());
  const QString found = one_line(hit);
  finding.hit_length = static_cast<int>(found.size());
  finding.words += found + one_line(std::move(behind));
  return finding;
}

Finding quoted_text(FoundKind kind, std::string_view text, ByteRange range) {
  std::uint64_t begin = range.begin > before_hit ? range.begin - before_hit : 0;
  while (begin < range.begin && continues_character(text[begin]))
    ++begin;
  std::uint64_t end = std::min<std::uint64_t>(text.size(), range.end + behind_hit);
  while (end < text.size() && continues_character(text[end]))
    ++end;
  const auto part = [&](std::uint64_t from, std::uint64_t to) { return map_text(text.substr(from, to - from)).text; };
  const QString before = (begin > 0 ? QStringLiteral("…") : QString()) + part(begin, range.begin);
  Finding finding = quoted(kind, before, part(range.begin, range.end), part(range.end, end));
  finding.range = range;
  return finding;
}

Finding quoted_text(FoundKind kind, const QString& text, qsizetype at, qsizetype length) {
  const qsizetype begin = std::max<qsizetype>(0, at - static_cast<qsizetype>(before_hit));
  return quoted(kind, (begin > 0 ? QStringLiteral("…") : QString()) + text.mid(begin, at - begin), text.mid(at, length),
                text.mid(at + length, static_cast<qsizetype>(behind_hit)));
}

void add(FoundGroup& group, Finding finding) {
  if (group.findings.size() < most_shown)
    group.findings.push_back(std::move(finding));
  ++group.count;
}

/// One search of what is at hand.
class Search {
 public:
  Search(const SearchScope& scope, const QString& words, std::stop_token stop)
      : scope_(scope), phrase_(words.simplified()), words_(phrase_.split(u' ', Qt::SkipEmptyParts)),
        stop_(std::move(stop)) {}

  std::vector<FoundGroup> run() {
    std::vector<FoundGroup> groups;
    if (phrase_.isEmpty())
      return groups;
    for (const auto search :
         {&Search::commands, &Search::documents, &Search::labels, &Search::notes, &Search::text, &Search::help}) {
      throw_if_cancelled(stop_);
      if (FoundGroup group = (this->*search)(); group.count > 0)
        groups.push_back(std::move(group));
    }
    return groups;
  }

 private:
  bool holds_all(const QString& text) const {
    return std::all_of(words_.begin(), words_.end(),
                       [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
  }

  /// The whole phrase where it stands there, else its first word; nothing where that is elsewhere.
  void mark(Finding& finding) const {
    for (const QString& part : {phrase_, words_.front()})
      if (const qsizetype at = finding.words.indexOf(part, 0, Qt::CaseInsensitive); at >= 0) {
        finding.hit = static_cast<int>(at);
        finding.hit_length = static_cast<int>(part.size());
        return;
      }
  }

  FoundGroup commands() const {
    FoundGroup group{FoundKind::command, {}, 0};
    for (std::size_t k = 0; k < scope_.commands.size(); ++k) {
      const NamedCommand& command = scope_.commands[k];
      if (!holds_all(command.title))
        continue;
      Finding finding;
      finding.words = command.title;
      finding.where = command.where;
      finding.command = k;
      mark(finding);
      add(group, std::move(finding));
    }
    return group;
  }

  /// Those first whose title or id begins with it.
  FoundGroup documents() const {
    FoundGroup begin{FoundKind::document, {}, 0}, rest{FoundKind::document, {}, 0};
    for (std::size_t k = 0; k < scope_.order.size(); ++k) {
      if (k % rows_at_a_time == 0)
        throw_if_cancelled(stop_);
      const SharedRows& rows = *scope_.cells.rows;
      const std::uint32_t place = scope_.order[k];
      const QString title = document_title(rows.title(place), rows.name(place));
      const QString id = QString::fromUtf8(rows.name(place));
      if (!holds_all(title) && !holds_all(id))
        continue;
      Finding finding;
      finding.kind = FoundKind::document;
      finding.words = one_line(title);
      finding.where = title == id ? QString() : one_line(id);
      finding.document = rows.id(place);
      mark(finding);
      const bool first = title.startsWith(phrase_, Qt::CaseInsensitive) || id.startsWith(phrase_, Qt::CaseInsensitive);
      add(first ? begin : rest, std::move(finding));
    }
    for (Finding& finding : rest.findings)
      if (begin.findings.size() < most_shown)
        begin.findings.push_back(std::move(finding));
    begin.count += rest.count;
    return begin;
  }

  FoundGroup labels() const {
    std::map<QString, std::uint64_t> counts;
    for (const auto& [document, marks] : *scope_.cells.marks)
      for (const std::string& label : marks.labels)
        if (const QString name = QString::fromStdString(label); holds_all(name))
          ++counts[name];
    FoundGroup group{FoundKind::label, {}, 0};
    for (const auto& [label, count] : counts) {
      Finding finding;
      finding.kind = FoundKind::label;
      finding.words = one_line(label);
      finding.where = counted(count, "document", "documents");
      finding.target = label;
      mark(finding);
      add(group, std::move(finding));
    }
    return group;
  }

  FoundGroup notes() const {
    FoundGroup group{FoundKind::note, {}, 0};
    if (scope_.cells.marks->empty())
      return group;
    for (const std::uint32_t place : scope_.order) {
      const Marks& marks = scope_.cells.marks_of(place);
      if (marks.note.empty())
        continue;
      const QString note = QString::fromStdString(marks.note);
      const qsizetype at = note.indexOf(phrase_, 0, Qt::CaseInsensitive);
      if (at < 0)
        continue;
      const SharedRows& rows = *scope_.cells.rows;
      Finding finding = quoted_text(FoundKind::note, note, at, phrase_.size());
      finding.where = one_line(document_title(rows.title(place), rows.name(place)));
      finding.document = rows.id(place);
      add(group, std::move(finding));
    }
    return group;
  }

  FoundGroup text() const {
    FoundGroup group{FoundKind::text, {}, 0};
    if (!scope_.document || !scope_.document->text)
      return group;
    const DocumentData& document = *scope_.document;
    const SearchHits hits = find_in_text(*document.text, {phrase_.toStdString(), false, false}, stop_);
    for (std::size_t k = 0; k < hits.ranges.size() && k < most_shown; ++k) {
      Finding finding = quoted_text(FoundKind::text, *document.text, hits.ranges[k]);
      const auto place = place_at(document, hits.ranges[k].begin);
      const auto segment = place ? segment_at_place(document, *place) : std::nullopt;
      finding.where = segment ? QStringLiteral("c_%1").arg(*segment) : QString();
      finding.document = document.document.id;
      group.findings.push_back(std::move(finding));
    }
    group.count = hits.ranges.size();
    return group;
  }

  /// One a section: its title, or the first line that holds it.
  FoundGroup help() const {
    FoundGroup group{FoundKind::help, {}, 0};
    const QDir folder(QStringLiteral(":/help"));
    for (const QString& file : folder.entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name)) {
      QFile page(folder.filePath(file));
      if (page.open(QIODevice::ReadOnly))
        search_page(group, file.chopped(3), QString::fromUtf8(page.readAll()));
    }
    return group;
  }

  void search_page(FoundGroup& group, const QString& name, const QString& page) const {
    static const QRegularExpression marks(QStringLiteral("\\]\\([^)]*\\)|[*`\\[\\]|#]+"));
    QString title, section;
    bool taken = false; // of this section
    for (const QString& written : page.split(u'\n')) {
      const bool heading = written.startsWith(u'#');
      const QString line = QString(written).replace(marks, QStringLiteral(" ")).simplified();
      if (heading) {
        taken = false;
        (title.isEmpty() ? title : section) = line;
      }
      const qsizetype at = line.indexOf(phrase_, 0, Qt::CaseInsensitive);
      if (taken || at < 0)
        continue;
      taken = true;
      Finding finding = quoted_text(FoundKind::help, line, at, phrase_.size());
      finding.where = section.isEmpty() || heading ? title : title + QStringLiteral(" › ") + section;
      finding.target = name;
      add(group, std::move(finding));
    }
  }

  const SearchScope& scope_;
  const QString phrase_;
  const QStringList words_;
  const std::stop_token stop_;
};

/// The texts of all documents but the open one, until enough was found. `tell(group, progress)` now and then.
template <typename Tell>
std::pair<FoundGroup, TextsProgress> search_texts(const SearchScope& scope, const QString& words, std::stop_token stop,
                                                  const Tell& tell) {
  const SearchQuery query{words.simplified().toStdString(), false, false};
  FoundGroup group{FoundKind::other_text, {}, 0};
  TextsProgress progress;
  progress.of = scope.order.size();
  const Project project = Project::open(scope.project, Project::Mode::read_only);
  auto told = std::chrono::steady_clock::now();
  for (const std::uint32_t place : scope.order) {
    throw_if_cancelled(stop);
    const StoredDocument document = scope.cells.rows->document(place);
    ++progress.read;
    if (scope.document && scope.document->document.id == document.id)
      continue;
    std::string text;
    try {
      text = document_text(project, *scope.run, document.id);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled)
        throw;
      ++progress.unreadable; // opening the document says why
      continue;
    }
    const SearchHits hits = find_in_text(text, query, stop);
    if (!hits.ranges.empty()) {
      Finding finding = quoted_text(FoundKind::other_text, text, hits.ranges.front());
      finding.where =
          QStringLiteral("%1 · %2").arg(one_line(document_title(document)), counted(hits.ranges.size(), "hit", "hits"));
      finding.document = document.id;
      group.findings.push_back(std::move(finding));
      progress.limited = ++group.count >= most_other_texts && progress.read < progress.of;
      if (progress.limited)
        break;
    }
    if (const auto now = std::chrono::steady_clock::now(); now - told > between_news) {
      told = now;
      tell(group, progress);
    }
  }
  return {std::move(group), progress};
}

} // namespace

std::vector<FoundGroup> search_at_hand(const SearchScope& scope, const QString& words, std::stop_token stop) {
  return Search(scope, words, std::move(stop)).run();
}

EverythingSearch::EverythingSearch(QObject* parent) : QObject(parent) {}

EverythingSearch::~EverythingSearch() = default;

void EverythingSearch::search(SearchScope scope, const QString& words) {
  cancel();
  scope_ = std::make_shared<const SearchScope>(std::move(scope));
  words_ = words;
  at_hand_.request(
      only, [scope = scope_, words](std::stop_token stop) { return search_at_hand(*scope, words, stop); },
      [this](const std::vector<FoundGroup>& groups) { emit found(groups); },
      [this](const Error&) { emit found({}); }); // what is looked for is too long: it is nowhere
}

void EverythingSearch::read_texts() {
  if (!scope_ || !scope_->run || scope_->order.empty() || words_.simplified().isEmpty())
    return;
  texts_.request(
      only,
      [this, search = search_, scope = scope_, words = words_](std::stop_token stop) {
        return search_texts(*scope, words, stop, [&](const FoundGroup& group, const TextsProgress& progress) {
          QMetaObject::invokeMethod(
              this, [=, this] { tell(search, group, progress, false); }, Qt::QueuedConnection);
        });
      },
      [this, search = search_](const std::pair<FoundGroup, TextsProgress>& all) {
        tell(search, all.first, all.second, true);
      },
      [this, search = search_](const Error&) {
        tell(search, {FoundKind::other_text, {}, 0}, {}, true);
      });
}

void EverythingSearch::tell(std::uint64_t search, const FoundGroup& group, const TextsProgress& progress, bool over) {
  if (search == search_)
    emit texts_found(group, progress, over);
}

void EverythingSearch::stop_texts() {
  ++search_;
  texts_.cancel(only);
}

void EverythingSearch::cancel() {
  scope_.reset(); // it may be of a project that is being closed
  at_hand_.cancel(only);
  stop_texts();
}

bool EverythingSearch::looking() const {
  return at_hand_.busy(only);
}

bool EverythingSearch::busy() const {
  return at_hand_.busy(only) || texts_.busy(only);
}

} // namespace longview
