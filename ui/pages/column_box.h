#pragma once

#include <string>
#include <vector>

#include <QString>

class QComboBox;
class QWidget;

namespace longview {

/// A box to choose a column in or to type one. `nothing`: what it is where it stays empty; without it a column is
/// wanted.
QComboBox* column_box(const QString& name, const QString& nothing, QWidget* parent);
/// Adds the columns of numbers that every table has.
void offer_numbers(QComboBox& box);
/// Adds source.FIELD for each, behind the others and in place of the fields before; what is chosen stays.
void offer_fields(QComboBox& box, const std::vector<std::string>& fields);

} // namespace longview
