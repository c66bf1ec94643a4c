#include "pages/extra_pairs_bar.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include "jobs/pair_job.h"
#include "models/format.h"
#include "pages/menu_button.h"
#include "pages/notice.h"
#include "pages/tooltip.h"
#include "widgets/reading_line.h"

namespace longview {
namespace {

constexpr double worth_asking = 10; // seconds
constexpr int progress_steps = 1000;

PairRange range_of(const CellRange& range) {
  return {range.first_i, range.last_i, range.first_j, range.last_j};
}

} // namespace

ExtraPairsBar::ExtraPairsBar(std::shared_ptr<DocumentModel> model, QWidget* parent)
    : QWidget(parent), job_(new PairJob(std::move(model), this)), button_(new QToolButton(parent)),
      menu_(new QMenu(this)), text_(new QLabel(this)), error_(new Notice(this)), wish_(new QDoubleSpinBox(this)),
      progress_(new QProgressBar(this)), go_(new QPushButton(this)), no_(new QPushButton(this)) {
  build();
  build_menu();
  connect(job_, &PairJob::told, this, &ExtraPairsBar::answer_forecast);
  connect(job_, &PairJob::progressed, this, &ExtraPairsBar::show_progress);
  connect(job_, &PairJob::stored, this, [this] {
    const ExtraRequest& done = job_->request();
    emit stored({done.project, done.run, done.document});
  });
  connect(job_, &PairJob::finished, this, [this](const ExtraSummary& summary) {
    show_state(State::idle);
    if (!summary.reached)
      say(tr("The error is not that small yet: the limit of pairs was reached. Ask again to go on."));
  });
  connect(job_, &PairJob::failed, this, [this](const Error& error) {
    show_state(State::idle);
    if (error.code() != ErrorCode::cancelled) {
      error_->fail(error);
      show();
    }
  });
  connect(go_, &QPushButton::clicked, this, [this] { state_ == State::wish ? take_wish() : begin(); });
  connect(no_, &QPushButton::clicked, this, [this] {
    if (job_->busy())
      job_->stop();
    else
      show_state(State::idle);
    no_->setEnabled(!job_->stopping());
  });
  show_state(State::idle);
}

ExtraPairsBar::~ExtraPairsBar() = default;

void ExtraPairsBar::build() {
  setAccessibleName(tr("More pairs"));
  text_->setTextFormat(Qt::PlainText); // a document may be called anything
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  text_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  text_->setMinimumWidth(1); // it may be cut: docks beside the page stay as wide as they are
  text_->setAccessibleName(tr("Extra pairs"));
  wish_->setRange(0.0001, 10);
  wish_->setDecimals(4);
  wish_->setSingleStep(0.01);
  wish_->setAccessibleName(tr("Error to reach"));
  progress_->setRange(0, progress_steps);
  progress_->setTextVisible(false);
  progress_->setFixedWidth(160);
  progress_->setMaximumHeight(fontMetrics().height());
  progress_->setAccessibleName(tr("Progress of the pairs"));
  line_ = new QHBoxLayout(this);
  line_->setContentsMargins(0, 0, 0, 0);
  line_->setSpacing(8);
  line_->addWidget(progress_);
  line_->addWidget(text_, 1);
  line_->addWidget(error_, 1);
  line_->addWidget(wish_);
  line_->addStretch(0);
  line_->addWidget(go_);
  line_->addWidget(no_);
}

/// Enter and Esc answer what is asked.
void ExtraPairsBar::keyPressEvent(QKeyEvent* event) {
  const bool asks = state_ == State::question || state_ == State::wish;
  if (asks && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
    (no_->hasFocus() ? no_ : go_)->click();
  else if (asks && event->key() == Qt::Key_Escape)
    no_->click();
  else
    QWidget::keyPressEvent(event);
}

void ExtraPairsBar::build_menu() {
  row_ = menu_->addAction(QString(), this, [this] {
    if (cell_)
      ask({row_range(cell_->i)});
  });
  selection_ = menu_->addAction(tr("Score the missing pairs of the &selection"), this, [this] {
    if (range_)
      ask({range_of(*range_)});
  });
  all_ = menu_->addAction(tr("Score &all missing pairs"), this, [this] {
    if (document_)
      ask({all_range(document_->segments())});
  });
  menu_->addSeparator();
  lengthen_ = menu_->addAction(tr("&Lengthen the sample until the error is under…"), this, [this] { ask_for_wish(); });
  lengthen_->setToolTip(tr("Adds whole rows of the sampler's own sequence. The mean and its error over all of them "
                           "stand beside the run's numbers, which stay as they are"));
  menu_->setToolTipsVisible(true);
  button_->setText(menu_button_text(tr("More pairs")));
  button_->setPopupMode(QToolButton::InstantPopup);
  button_->setMenu(menu_);
  button_->setToolTip(
      tr("Score more pairs of this document with the model of its run. They are kept beside the run, and "
         "none of its numbers changes"));
}

void ExtraPairsBar::set_document(std::optional<DocumentKey> key, DocumentPointer document) {
  const bool other = key_ != key;
  if (key && job_->busy() && job_->request().project != key->project)
    job_->stop(); // another project is open now
  if (other && state_ == State::counting)
    job_->stop(); // nobody would know what the question is about
  key_ = std::move(key);
  document_ = std::move(document);
  if (other && (state_ == State::question || state_ == State::wish || state_ == State::idle))
    show_state(State::idle); // also takes an old error away
  else if (state_ == State::idle)
    show_known();
  update_actions();
}

void ExtraPairsBar::set_place(std::optional<Cell> cell, std::optional<CellRange> range) {
  cell_ = cell;
  range_ = range;
  update_actions();
}

void ExtraPairsBar::stop() {
  job_->stop();
}

bool ExtraPairsBar::busy() const {
  return job_->busy();
}

void ExtraPairsBar::say(const QString& text) {
  error_->explain(text);
  show();
}

QString ExtraPairsBar::text() const {
  return text_->text();
}

void ExtraPairsBar::update_actions() {
  const bool possible = document_ && key_ && document_->segments() > 1 && !job_->busy() &&
                        (document_->row.status == Status::scored || document_->row.status == Status::too_few_pairs);
  row_->setText(cell_ ? tr("Score the missing pairs of &row c_%1").arg(cell_->i)
                      : tr("Score the missing pairs of the &row"));
  row_->setEnabled(possible && cell_);
  selection_->setEnabled(possible && range_);
  all_->setEnabled(possible);
  const bool sampled = possible && document_->sampling.preset == Preset::longview;
  const bool whole = sampled && (document_->sample ? document_->sample->numbers : document_->scores).lds_error == 0;
  lengthen_->setEnabled(sampled && !whole);
  lengthen_->setText(whole ? tr("The sample has all rows: nothing to lengthen")
                           : tr("&Lengthen the sample until the error is under…"));
  button_->setVisible(document_ != nullptr);
}

void ExtraPairsBar::ask(std::vector<PairRange> ranges) {
  if (job_->busy() || !key_)
    return;
  ExtraRequest request;
  request.ranges = std::move(ranges);
  send(std::move(request));
}

/// Half of what the error is now, as a start.
void ExtraPairsBar::ask_for_wish() {
  if (job_->busy() || !document_)
    return;
  const double now = document_->sample ? document_->sample->numbers.lds_error : document_->row.lds_error;
  if (std::isfinite(now) && now > 0)
    wish_->setValue(now / 2);
  show_state(State::wish);
  text_->setText(std::isfinite(now)
                     ? tr("The error is %1. Lengthen the sample until it is at most").arg(three_digits(now))
                     : tr("Lengthen the sample until the error is at most"));
  wish_->setFocus(Qt::OtherFocusReason);
}

void ExtraPairsBar::take_wish() {
  ExtraRequest request;
  request.until_error = wish_->value();
  request.most_pairs = most_pairs; // the forecast is asked about instead
  if (document_)
    request.parameters = document_->parameters;
  send(std::move(request));
}

void ExtraPairsBar::send(ExtraRequest request) {
  request_ = std::move(request);
  request_.project = key_->project;
  request_.run = key_->run;
  request_.document = key_->document;
  name_ = QString::fromStdString(document_->document.name);
  job_->forecast(request_);
  show_state(State::counting);
}

QString ExtraPairsBar::forecast_text(const ExtraForecast& forecast) const {
  const QString pairs = counted(forecast.pairs, "pair", "pairs"), time = duration(std::max(1.0, forecast.seconds));
  if (!request_.lengthens())
    return tr("%1 to score: about %2").arg(pairs, time);
  const std::uint64_t rows = forecast.sample ? forecast.rows - forecast.sample->rows : 0;
  return tr("%1 to lengthen the sample by %2: about %3").arg(pairs, counted(rows, "row", "rows"), time);
}

void ExtraPairsBar::answer_forecast(const ExtraForecast& forecast) {
  if (forecast.pairs == 0 &&
      (!request_.lengthens() || forecast.rows == (forecast.sample ? forecast.sample->rows : 0))) {
    show_state(State::idle);
    say(request_.lengthens() ? tr("The error is that small already.")
                             : tr("Nothing is missing: these pairs are all there."));
    return;
  }
  if (forecast.seconds <= worth_asking) {
    begin();
    return;
  }
  show_state(State::question);
  text_->setText(forecast_text(forecast));
  go_->setFocus(Qt::OtherFocusReason);
}

void ExtraPairsBar::begin() {
  job_->start(request_);
  show_state(State::running);
}

void ExtraPairsBar::show_state(State state) {
  state_ = state;
  const bool asks = state == State::question || state == State::wish, works = job_->busy();
  error_->clear_notice();
  progress_->setVisible(works);
  progress_->setRange(0, 0);
  wish_->setVisible(state == State::wish);
  go_->setVisible(asks);
  go_->setText(state == State::wish ? tr("Lengthen") : tr("Score"));
  // the field stands behind the words that it ends; a long name gives way
  text_->setSizePolicy(state == State::wish ? QSizePolicy::Preferred : QSizePolicy::Ignored, QSizePolicy::Preferred);
  line_->setStretch(line_->indexOf(text_), state == State::wish ? 0 : 1);
  line_->setStretch(line_->indexOf(go_) - 1, state == State::wish ? 1 : 0);
  no_->setVisible(asks || works);
  no_->setEnabled(true);
  no_->setText(works ? tr("Stop") : tr("Not now"));
  no_->setToolTip(works ? tr("Within a batch; what was scored is kept, and asking again goes on from there")
                        : QString());
  if (state == State::counting)
    text_->setText(about(tr("counting the missing pairs…")));
  else if (state == State::running)
    text_->setText(about(tr("opening the model…")));
  else if (state == State::idle)
    show_known();
  text_->setVisible(state != State::idle || !text_->text().isEmpty());
  update_actions();
  setVisible(state != State::idle || !text_->text().isEmpty() || !error_->text().isEmpty());
}

void ExtraPairsBar::show_progress(const RunProgress& progress) {
  if (state_ != State::running || progress.stage != RunProgress::Stage::scoring)
    return;
  progress_->setRange(0, progress_steps);
  progress_->setValue(static_cast<int>(progress.fraction * progress_steps));
  QString text = tr("%1 of %2").arg(grouped(progress.pairs_done), counted(progress.pairs_total, "pair", "pairs"));
  if (job_->stopping())
    text = tr("stopping after this batch");
  else if (progress.seconds_left)
    text += tr(", %1 left").arg(duration(*progress.seconds_left));
  text_->setText(about(text));
  set_tooltip(*text_, text_->text());
}

/// Of which document, where another one is open.
QString ExtraPairsBar::about(const QString& words) const {
  const bool open = key_ && key_->document == request_.document && key_->run == request_.run;
  return open ? words : tr("%1: %2").arg(name_, words);
}

/// What extra pairs tell of the document, while nothing else is to be said.
void ExtraPairsBar::show_known() {
  QStringList parts;
  if (document_ && document_->sample)
    parts << tr("Longer sample: %1 over %2")
                 .arg(with_error(document_->sample->numbers.lds_mean, document_->sample->numbers.lds_error),
                      counted(document_->sample->rows, "row", "rows"));
  if (document_ && document_->all_pairs)
    parts << tr("All pairs: %1").arg(three_digits(document_->all_pairs->lds_mean));
  if (document_ && document_->extra_count() > 0)
    parts << tr("%1, not in the score").arg(counted(document_->extra_count(), "extra pair", "extra pairs"));
  text_->setText(parts.join(QStringLiteral(" · ")));
  set_tooltip(*text_, text_->text());
  text_->setVisible(!parts.isEmpty());
  setVisible(!parts.isEmpty() || !error_->text().isEmpty());
}

} // namespace longview
