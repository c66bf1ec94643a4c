#include "pages/start_page.h"

#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "model/default_model.h"
#include "models/format.h"
#include "models/paths.h"
#include "pages/choice_button.h"
#include "pages/notice.h"
#include "pages/tooltip.h"
#include "run/model_info.h"
#include "widgets/small_font.h"

namespace longview {
namespace {

constexpr std::size_t most_recent = 5;
constexpr int text_width = 520;

} // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent), recent_(new QVBoxLayout), model_(new Notice(this)), problem_(new Notice(this)) {
  build();
  look_for_model();
}

StartPage::~StartPage() = default;

void StartPage::build() {
  auto* title = new QLabel(tr("Find long documents whose far-apart parts depend on each other"), this);
  title->setWordWrap(true);
  QFont font = title_font(title->font());
  font.setBold(true);
  title->setFont(font);
  auto* files = new ChoiceButton(tr("Open files"), tr("JSONL or plain text to score; or drop them here"), this);
  auto* project = new ChoiceButton(tr("Continue a project"), tr("Results that are scored already"), this);
  sample_ = new ChoiceButton(tr("Try the sample"), tr("Five short documents, scored in about a minute"), this);
  connect(files, &ChoiceButton::clicked, this, &StartPage::open_files_wanted);
  connect(project, &ChoiceButton::clicked, this, &StartPage::open_project_wanted);
  connect(sample_, &ChoiceButton::clicked, this, &StartPage::sample_wanted);
  recent_->setContentsMargins(16, 0, 0, 0);
  recent_->setSpacing(0);
  problem_->setAccessibleName(tr("Problem"));

  auto* column = new QWidget(this);
  column->setMaximumWidth(text_width);
  auto* layout = new QVBoxLayout(column);
  layout->setSpacing(8);
  layout->addWidget(title);
  layout->addSpacing(8);
  layout->addWidget(problem_);
  layout->addWidget(files);
  layout->addWidget(project);
  layout->addLayout(recent_);
  layout->addWidget(sample_);
  layout->addSpacing(8);
  layout->addWidget(model_);
  auto* across = new QHBoxLayout;
  across->addStretch(1);
  across->addWidget(column, 100);
  across->addStretch(1);
  auto* page = new QVBoxLayout(this);
  page->addStretch(2);
  page->addLayout(across);
  page->addStretch(3);
}

void StartPage::look_for_model() {
  const QString promise = tr("Everything is computed on this machine; nothing leaves it.");
  const std::filesystem::path path = default_model();
  model_->explain(promise);
  const auto missing = [this, promise](const QString& problem) {
    model_->explain(
        tr("%1 The default model cannot be used: %2. The Score dialog takes any other.").arg(promise, problem));
    sample_->setEnabled(false);
  };
  background_.request(
      0, [path](std::stop_token) { return describe_model(path); },
      [this, path, promise, missing](const ModelSummary& summary) {
        if (summary.problem.empty())
          model_->explain(tr("%1 (%2) will read your documents. %3")
                              .arg(QString::fromStdString(summary.name), to_qt(path.filename()), promise));
        else
          missing(QString::fromStdString(summary.problem));
      },
      [missing](const Error& error) { missing(error_text(error)); });
}

void StartPage::set_recent(const std::vector<std::filesystem::path>& projects) {
  while (QLayoutItem* item = recent_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (std::size_t k = 0; k < std::min(projects.size(), most_recent); ++k) {
    auto* button = new QToolButton(this);
    button->setAutoRaise(true);
    button->setText(to_qt(projects[k].filename()));
    set_tooltip(*button, to_qt(projects[k]));
    button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(button, &QToolButton::clicked, this, [this, path = projects[k]] { emit project_chosen(path); });
    recent_->addWidget(button, 0, Qt::AlignLeft);
  }
}

void StartPage::show_problem(const Error& error) {
  problem_->fail(error);
}

void StartPage::clear_problem() {
  problem_->clear_notice();
}

} // namespace longview
