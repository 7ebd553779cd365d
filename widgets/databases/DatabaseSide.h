#pragma once

#include "app/cutover/RunState.h"
#include "app/plan/Plan.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

class QScrollArea;

namespace switchyard::ui {

/// One line of a short list: mark, name in mono, value at the right end.
struct Fact {
    QString icon;
    Role tone = Role::Text3;
    QString name;
    QString value;
    bool mono = true;
    friend bool operator==(const Fact&, const Fact&) = default;
};

/// Painted lines of facts; any number of them costs one widget.
class FactList final : public PaintedWidget {
    Q_OBJECT
public:
    explicit FactList(QWidget* parent = nullptr);
    void setFacts(std::vector<Fact> facts);
    [[nodiscard]] const std::vector<Fact>& facts() const { return m_facts; }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::List; }
    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override { return {100, static_cast<int>(m_facts.size()) * Theme::instance().scaled(24)}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Fact> m_facts;
};

/// Warnings, sequences, extensions and the settings of the copy: 296 wide.
class DatabaseSide final : public Surface {
    Q_OBJECT
public:
    explicit DatabaseSide(QWidget* parent = nullptr);
    void setState(const cutover::RunState& state, const cutover::DatabaseView& database, const plan::DatabaseMapping* mapping);

Q_SIGNALS:
    void linkClicked(const QString& page, const QString& object);

private:
    struct Section {
        QWidget* box;
        TextLabel* title;
        Chip* mark;
        TextLabel* note;
        QVBoxLayout* body;
    };
    Section section(const QString& title);
    void setWarnings(const cutover::RunState& state, const cutover::DatabaseView& database);
    void setSequences(const cutover::DatabaseView& database);
    QVBoxLayout* m_all;
    Section m_warnings;
    Section m_sequences;
    Section m_extensions;
    Section m_settings;
    FactList* m_sequenceList;
    Button* m_more;
    FactList* m_extensionList;
    FactList* m_settingList;
    QString m_warned;
    bool m_showAll = false;
    cutover::DatabaseView m_last; ///< sequences only, for the link that shows all
};

} // namespace switchyard::ui
