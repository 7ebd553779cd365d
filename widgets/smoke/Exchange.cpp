#include "widgets/smoke/Exchange.h"

#include "widgets/parts/PaintedWidget.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>

namespace switchyard::ui {

namespace {

/// Names of headers dim, values and bodies bright.
class HeaderHighlighter final : public QSyntaxHighlighter {
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString& text) override
    {
        static const QRegularExpression header(QStringLiteral("^[A-Za-z][A-Za-z0-9-]*:(?= )"));
        static const QRegularExpression method(QStringLiteral("^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)(?= )"));
        QTextCharFormat dim;
        dim.setForeground(color(Role::Text3));
        for (const QRegularExpression& pattern : {header, method}) {
            const QRegularExpressionMatch match = pattern.match(text);
            if (match.hasMatch())
                setFormat(0, static_cast<int>(match.capturedLength()), dim);
        }
    }
};

bool isNoise(const QString& line)
{
    static const QStringList names{QStringLiteral("date"), QStringLiteral("x-request-id"), QStringLiteral("rndr-id"), QStringLiteral("etag"), QStringLiteral("content-length"), QStringLiteral("server"),
                                   QStringLiteral("via"), QStringLiteral("cf-ray"), QStringLiteral("set-cookie"), QStringLiteral("content-type"), QStringLiteral("host"), QStringLiteral("connection")};
    const qsizetype colon = line.indexOf(u':');
    return colon > 0 && names.contains(line.left(colon).toLower());
}

} // namespace

std::vector<ExchangePart> exchangeParts(const QStringList& lines)
{
    std::vector<ExchangePart> parts;
    bool marked = false;
    for (const QString& line : lines)
        marked = marked || line.startsWith(QLatin1String("> ")) || line.startsWith(QLatin1String("< "));
    bool answering = false;
    if (marked) {
        for (const QString& line : lines) {
            const bool request = line.startsWith(QLatin1String("> "));
            const bool response = line.startsWith(QLatin1String("< "));
            const QString words = request || response ? line.mid(2) : line;
            if (parts.empty() || (request && answering))
                parts.emplace_back();
            if (request || response)
                answering = response;
            (answering ? parts.back().response : parts.back().request) << words;
        }
        return parts;
    }
    for (const QString& line : lines) {
        if (line.isEmpty()) {
            answering = !answering;
            continue;
        }
        if (parts.empty() || (!answering && !parts.back().response.isEmpty()))
            parts.emplace_back();
        (answering ? parts.back().response : parts.back().request) << line;
    }
    return parts;
}

QStringList exchangeLines(const std::vector<ExchangePart>& parts)
{
    QStringList out;
    for (const ExchangePart& part : parts) {
        if (!out.isEmpty())
            out << QString();
        out << part.request;
        if (!part.response.isEmpty())
            out << QString() << part.response;
    }
    return out;
}

QList<int> changedLines(const QStringList& mine, const QStringList& other)
{
    QList<int> out;
    for (int i = 0; i < mine.size(); ++i) {
        if (mine.at(i).isEmpty() || isNoise(mine.at(i)) || other.contains(mine.at(i)))
            continue;
        out << i;
    }
    return out;
}

std::optional<std::pair<int, int>> windowsSeen(const QStringList& lines)
{
    static const QRegularExpression pattern(QStringLiteral("(\\d+) of (\\d+) windows"));
    for (const QString& line : lines) {
        const QRegularExpressionMatch match = pattern.match(line);
        if (match.hasMatch())
            return std::pair{match.captured(1).toInt(), match.captured(2).toInt()};
    }
    return std::nullopt;
}

ExchangeView::ExchangeView(const QString& name, QWidget* parent) : QTextEdit(parent), m_highlight(new HeaderHighlighter(document()))
{
    setAccessibleName(name);
    setReadOnly(true);
    setTabChangesFocus(true);
    setLineWrapMode(NoWrap);
    setFrameShape(QFrame::NoFrame);
    setProperty("look", QStringLiteral("bare"));
    setCornerWidget(new QWidget);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    document()->setDocumentMargin(8);
    onTheme(this, [this] {
        setFont(ui::font(Style::Value));
        QPalette p = palette();
        p.setColor(QPalette::Text, ui::color(Role::Text1));
        setPalette(p);
        m_highlight->rehighlight();
        viewport()->update();
    });
}

void ExchangeView::setLines(const QStringList& lines, const QList<int>& changed, Side side)
{
    const QString text = lines.join(u'\n');
    m_changed = changed;
    m_side = side;
    if (toPlainText() != text) {
        setPlainText(text);
        // 20 px a line, as the design has it.
        QTextCursor all(document());
        all.select(QTextCursor::Document);
        QTextBlockFormat format;
        format.setLineHeight(Theme::instance().scaled(20), QTextBlockFormat::FixedHeight);
        format.setLeftMargin(7);
        all.setBlockFormat(format);
    }
    viewport()->update();
}

void ExchangeView::paintEvent(QPaintEvent* event)
{
    if (!m_changed.isEmpty()) {
        // Changed lines are tinted from edge to edge, not only where they have words.
        QPainter p(viewport());
        const QColor tint = Theme::instance().tint(m_side == Side::Before ? Role::Ok : Role::Danger);
        for (const int line : m_changed) {
            const QRectF block = document()->documentLayout()->blockBoundingRect(document()->findBlockByNumber(line)).translated(0, -verticalScrollBar()->value());
            p.fillRect(QRectF(0, block.top(), viewport()->width(), block.height()), tint);
        }
    }
    QTextEdit::paintEvent(event);
}

void ExchangeView::pairWith(ExchangeView* other)
{
    for (const auto& bars : {std::pair{verticalScrollBar(), other->verticalScrollBar()}, std::pair{horizontalScrollBar(), other->horizontalScrollBar()}}) {
        connect(bars.first, &QScrollBar::valueChanged, bars.second, &QScrollBar::setValue);
        connect(bars.second, &QScrollBar::valueChanged, bars.first, &QScrollBar::setValue);
    }
}

} // namespace switchyard::ui
