#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "jobs/document_loader.h"
#include "run/score_extra.h"
#include "widgets/heatmap_selection.h"

class QAction;
class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace longview {

class DocumentModel;
class Notice;
class PairJob;

/// More pairs of the document that is open: of a row, of the selection, all, or its sample lengthened until the error
/// is small enough. A line that tells what is under way and what there is beside the run's own numbers; it takes no
/// room while there is nothing to say. What takes more than ten seconds is asked about first.
class ExtraPairsBar : public QWidget {
  Q_OBJECT

 public:
  ExtraPairsBar(std::shared_ptr<DocumentModel> model, QWidget* parent = nullptr);
  ~ExtraPairsBar() override;

  /// Null where none is open. What runs for another document goes on.
  void set_document(std::optional<DocumentKey> key, DocumentPointer document);
  /// What is selected in the heatmap.
  void set_place(std::optional<Cell> cell, std::optional<CellRange> range);
  /// Stops what runs: the project is being closed.
  void stop();

  /// Opens the menu; stands where the page wants it.
  QToolButton* button() const { return button_; }
  /// The same for the heatmap's context menu.
  QMenu* menu() const { return menu_; }
  /// Something is counted or scored.
  bool busy() const;
  QString text() const;

 signals:
  /// The project has more pairs of this document.
  void stored(const longview::DocumentKey& key);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  /// What the line is for.
  enum class State { idle, counting, question, wish, running };

  void build();
  void build_menu();
  void ask(std::vector<PairRange> ranges);
  void ask_for_wish();
  void take_wish();
  void send(ExtraRequest request);
  void answer_forecast(const ExtraForecast& forecast);
  void begin();
  void show_state(State state);
  void show_progress(const RunProgress& progress);
  void show_known();
  void say(const QString& text);
  void update_actions();
  QString about(const QString& words) const;
  QString forecast_text(const ExtraForecast& forecast) const;

  std::optional<DocumentKey> key_;
  DocumentPointer document_;
  std::optional<Cell> cell_;
  std::optional<CellRange> range_;
  State state_ = State::idle;
  ExtraRequest request_; ///< counted, asked about or running
  QString name_;         ///< of its document

  PairJob* job_;
  QHBoxLayout* line_ = nullptr;
  QToolButton* button_;
  QMenu* menu_;
  QAction *row_, *selection_, *all_, *lengthen_;
  QLabel* text_;
  Notice* error_;
  QDoubleSpinBox* wish_;
  QProgressBar* progress_;
  QPushButton *go_, *no_;
};

} // namespace longview
