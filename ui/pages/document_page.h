#pragma once

#include <optional>

#include <QTimer>
#include <QWidget>

#include "jobs/document_loader.h"
#include "widgets/figure_menu.h"

class QLabel;
class QSettings;
class QSplitter;
class QStackedWidget;
class QTabBar;

namespace longview {

class DatasetProfileReader;
class EmptyState;
class ExtraPairsBar;
class GainLoader;
class HeatmapWidget;
class LinksPanel;
class Notice;
class PairTextWidget;
class PrefixWords;
class ProfileWidget;
class ReaderPanel;
class SpecificityWidget;

/// One document: its score, heatmap, distance profile, specificity, strongest links, and the texts of the pair under
/// the cursor or selected. Selecting a pair in one of them selects it in all.
class DocumentPage : public QWidget {
  Q_OBJECT

 public:
  explicit DocumentPage(QWidget* parent = nullptr);
  ~DocumentPage() override;

  void show_document(const DocumentKey& key);
  /// Reads the document again, after the read that is under way; for results that come in while it is open.
  void refresh();
  /// Derives all numbers with these from now on.
  void set_parameters(const LiveParameters& parameters);
  void forget_files();
  /// The run has more documents: their mean is read again.
  void dataset_changed();
  /// Stops what is being computed and lets go of the model: the project is being closed.
  void stop_computing();
  void clear();
  /// What there is to say while no document is open, and what would mend it.
  void explain(const QString& text, QAction* remedy = nullptr);
  /// Place in the run by score; 0: none.
  void set_rank(std::uint32_t rank);

  const std::optional<DocumentKey>& key() const { return key_; }
  /// Null until the document was read.
  DocumentPointer document() const { return document_; }
  HeatmapWidget* heatmap() const { return heatmap_; }
  ProfileWidget* profile() const { return profile_; }
  LinksPanel* links() const { return links_; }
  PairTextWidget* texts() const { return texts_; }
  ReaderPanel* reader() const { return reader_; }

  /// The whole text in place of the figures, or back.
  void show_reader(bool shown);
  bool reader_shown() const;
  void find_in_text();
  /// Goes to the first place of these words in the whole text from a byte on, as soon as the text is there.
  void find_in_text(const QString& words, std::uint64_t byte);
  ExtraPairsBar* extra_pairs() const { return extra_; }
  PrefixWords* prefix_words() const { return words_; }

  /// Selects a cell in every view.
  void choose(std::optional<Cell> cell);
  /// The pairs of a row, and of them the strongest in every view. Nothing was scored in it: no pair is selected.
  void choose_row(std::uint32_t i);
  /// The next or previous link in the order of the table.
  void step_link(int rows);

  /// Takes the zoom back, else a selection; false where there was none.
  bool undo();
  /// As it is shown, but on light ground: for paper, whatever the window looks like. No document: without one.
  ShownFigure figure(FigureKind kind) const;

  void save_layout(QSettings& settings) const;
  void restore_layout(const QSettings& settings);

 signals:
  /// Another document, or nothing, is shown now, or the same with other numbers.
  void document_changed();
  /// A pair is selected in every view now, or none is.
  void pair_selected(std::optional<longview::Cell> cell);

 private:
  void build();
  QWidget* build_header();
  void show_loaded(const DocumentKey& key, const DocumentPointer& document);
  void show_failure(const Error& error);
  void set_document(const DocumentPointer& document);
  void show_header();
  void show_reading(std::optional<Cell> cell);
  void hover(std::optional<Cell> cell);
  void select(std::optional<Cell> cell);
  void ask_for_gain();
  void ask_for_dataset();

  QLabel* title_;
  QLabel* score_;
  Notice* notice_;
  EmptyState* empty_;
  QTabBar* tabs_;
  QStackedWidget* views_; ///< the figures, or the text
  QSplitter* across_;
  QSplitter* down_;
  QSplitter* figures_;
  QSplitter* reading_side_;
  HeatmapWidget* heatmap_;
  QLabel* reading_;
  ProfileWidget* profile_;
  SpecificityWidget* specificity_;
  PairTextWidget* texts_;
  LinksPanel* links_;
  ReaderPanel* reader_;

  std::optional<DocumentKey> key_;
  DocumentPointer document_;
  std::uint32_t rank_ = 0;
  bool again_ = false;
  QTimer slow_;
  DocumentLoader* loader_;
  GainLoader* gains_;
  DatasetProfileReader* dataset_;
  ExtraPairsBar* extra_;
  PrefixWords* words_;
};

} // namespace longview
