#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "jobs/background.h"
#include "widgets/document_map.h"

class QComboBox;
class QLabel;
class QSettings;
class QSpinBox;

namespace longview {

class FindBar;
class Notice;
class ScaleBar;

/// The whole text of a document with its map, its strongest links, and a search. It reads what it shows only while it
/// can be seen. Choosing a segment or an arc tells which pair; the page selects it everywhere.
class ReaderPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ReaderPanel(QWidget* parent = nullptr);
  ~ReaderPanel() override;

  void set_document(DocumentPointer document);
  /// Marks the two segments; goes to the target where neither of them is in sight.
  void set_pair(std::optional<Cell> pair);
  void find();
  /// Goes to the first place of these words from a byte on, as soon as the text is there.
  void find(const QString& words, std::uint64_t byte);
  /// Closes the search; false where there was none.
  bool undo();

  TextView* text() const { return text_; }
  DocumentMap* map() const { return map_; }
  FindBar* find_bar() const { return find_; }
  QString reading() const;

  void save_layout(QSettings& settings) const;
  void restore_layout(const QSettings& settings);

 signals:
  void pair_chosen(longview::Cell cell);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void build();
  QWidget* build_controls();
  void connect_parts();
  void bring();
  void show_text();
  void choose_segment(std::uint32_t segment);
  void choose_measure(int index);
  void go_to_pair();
  void go_to_wanted();
  void tell(const QString& words);
  void show_scale();

  Notice* notice_;
  FindBar* find_;
  TextView* text_;
  DocumentMap* map_;
  QComboBox* measure_;
  ScaleBar* scale_;
  QSpinBox* links_;
  QLabel* reading_;
  DocumentPointer document_;
  std::optional<Cell> pair_;
  std::optional<std::pair<QString, std::uint64_t>> wanted_place_; ///< words, and the byte from which on
  std::shared_ptr<const std::string> cut_text_;                   ///< that pieces_ are of
  std::shared_ptr<const TextPieces> pieces_;
  bool shown_ = false; ///< what is set is on the screen, or on its way there
  Background cutting_; // last: it delivers to the others
};

} // namespace longview
