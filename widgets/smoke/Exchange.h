#pragma once

#include <QTextEdit>
#include <QStringList>
#include <QSyntaxHighlighter>

#include <optional>
#include <utility>
#include <vector>

namespace switchyard::ui {

/// One request and its answer, taken apart from the lines of a check.
struct ExchangePart {
    QStringList request;
    QStringList response;
};
/// Lines as a check keeps them: "> " and "< " in front, or request, empty line, response. Pure.
[[nodiscard]] std::vector<ExchangePart> exchangeParts(const QStringList& lines);
/// All parts as text lines, request and response apart by an empty line.
[[nodiscard]] QStringList exchangeLines(const std::vector<ExchangePart>& parts);
/// Numbers of the lines of `mine` that `other` doesn't have at that place, for the first `parts` of both. Headers that always change
/// (dates, ids, addresses) don't count as changed. Pure.
[[nodiscard]] QList<int> changedLines(const QStringList& mine, const QStringList& other);
/// "3 of 3 windows saw the task, the last after 38 ms" -> (3, 3).
[[nodiscard]] std::optional<std::pair<int, int>> windowsSeen(const QStringList& lines);

/// Read-only text of one side, in mono on inset, changed lines tinted over the full width.
class ExchangeView final : public QTextEdit {
    Q_OBJECT
public:
    enum class Side { Plain, Before, Now };
    explicit ExchangeView(const QString& name, QWidget* parent = nullptr);
    void setLines(const QStringList& lines, const QList<int>& changed = {}, Side side = Side::Plain);
    /// Scrolls together with another view.
    void pairWith(ExchangeView* other);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QSyntaxHighlighter* m_highlight;
    QList<int> m_changed;
    Side m_side = Side::Plain;
};

} // namespace switchyard::ui
