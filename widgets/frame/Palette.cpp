#include "widgets/frame/Palette.h"

#include "widgets/parts/Paint.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>

namespace switchyard::ui {

Palette::Palette(QWidget* host) : QFrame(host), m_field(new QLineEdit(this))
{
    setObjectName(QStringLiteral("palette"));
    m_field->setProperty("look", QStringLiteral("bare"));
    m_field->setPlaceholderText(QStringLiteral("Go to, ask, or do"));
    m_field->setAccessibleName(QStringLiteral("Command"));
    m_field->installEventFilter(this);
    setMouseTracking(true);
    setAccessibleName(QStringLiteral("Commands"));
    connect(m_field, &QLineEdit::textChanged, this, &Palette::filter);
    hide();
}

void Palette::present(const QList<Entry>& entries, const QString& target)
{
    m_entries = entries;
    m_target = target;
    m_before = QApplication::focusWidget();
    m_field->clear();
    filter();
    show();
    raise();
    m_field->setFocus(Qt::ShortcutFocusReason);
}

QStringList Palette::shownTexts() const
{
    QStringList texts;
    for (const Row& row : m_rows) {
        if (row.entry >= 0)
            texts.append(m_entries.at(row.entry).text);
    }
    return texts;
}

void Palette::filter()
{
    const Theme& t = Theme::instance();
    const QStringList words = m_field->text().simplified().toLower().split(u' ', Qt::SkipEmptyParts);
    m_rows.clear();
    int y = t.scaled(48) + 8;
    const int header = t.scaled(26);
    const int line = t.scaled(32);
    int shown = 0;
    for (const Group group : {Group::GoTo, Group::ReadOnly, Group::Changes}) {
        bool first = true;
        for (int i = 0; i < m_entries.size() && shown < 14; ++i) {
            const Entry& entry = m_entries.at(i);
            if (entry.group != group)
                continue;
            const QString text = entry.text.toLower();
            bool fits = true;
            for (const QString& word : words)
                fits = fits && text.contains(word);
            if (!fits)
                continue;
            if (first) {
                Row row;
                row.header = group == Group::GoTo ? QStringLiteral("Go to") : group == Group::ReadOnly ? QStringLiteral("Do, read-only") : QStringLiteral("Do, changes ") + m_target;
                row.box = QRect(0, y, 648, header);
                y += header;
                m_rows.append(row);
                first = false;
            }
            Row row;
            row.entry = i;
            row.box = QRect(1, y, 646, line);
            y += line;
            ++shown;
            m_rows.append(row);
        }
        if (!first)
            y += 6;
    }
    m_current = -1;
    if (m_rows.isEmpty())
        y += line;
    choose(1);
    const QWidget* host = parentWidget();
    setGeometry((host->width() - 648) / 2, qMin(96, host->height() / 8), 648, y + 6);
    m_field->setGeometry(40, 1, 648 - 110, t.scaled(46));
    update();
}

void Palette::choose(int step)
{
    int at = m_current;
    for (int tries = 0; tries <= m_rows.size(); ++tries) {
        at += step;
        if (at < 0)
            at = static_cast<int>(m_rows.size()) - 1;
        if (at >= m_rows.size())
            at = 0;
        if (m_rows.isEmpty())
            break;
        if (m_rows.at(at).entry >= 0) {
            m_current = at;
            setAccessibleDescription(m_entries.at(m_rows.at(at).entry).text);
            break;
        }
    }
    update();
}

void Palette::run()
{
    hide();
    if (m_before)
        m_before->setFocus();
    if (m_current >= 0 && m_current < m_rows.size() && m_entries.at(m_rows.at(m_current).entry).act) {
        const auto act = m_entries.at(m_rows.at(m_current).entry).act;
        act();
    }
}

bool Palette::eventFilter(QObject* object, QEvent* event)
{
    if (object != m_field)
        return false;
    if (event->type() == QEvent::FocusOut && isVisible()) {
        hide();
        return false;
    }
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return false;
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down: choose(1); return true;
    case Qt::Key_Up: choose(-1); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: run(); return true;
    case Qt::Key_Escape:
        hide();
        if (m_before)
            m_before->setFocus();
        return true;
    default: return false;
    }
}

void Palette::mouseMoveEvent(QMouseEvent* event)
{
    for (int i = 0; i < m_rows.size(); ++i) {
        if (m_rows.at(i).entry >= 0 && m_rows.at(i).box.contains(event->pos()) && m_current != i) {
            m_current = i;
            update();
        }
    }
}

void Palette::mousePressEvent(QMouseEvent* event)
{
    for (int i = 0; i < m_rows.size(); ++i) {
        if (m_rows.at(i).entry >= 0 && m_rows.at(i).box.contains(event->pos())) {
            m_current = i;
            run();
            return;
        }
    }
}

void Palette::paintEvent(QPaintEvent*)
{
    const Theme& t = Theme::instance();
    QPainter p(this);
    paint::box(&p, QRectF(rect()), t.color(Role::Panel), t.color(Role::LineControl), 6);
    icons::paint(&p, QRectF(16, 0, 16, t.scaled(48)), QStringLiteral("search"), t.color(Role::Text2), 16);
    paint::keyCap(&p, QRectF(0, 0, width() - 16, t.scaled(48)), QStringLiteral("Esc"), true);
    paint::hline(&p, 1, width() - 1, t.scaled(48));
    if (m_rows.isEmpty())
        paint::text(&p, QRectF(16, t.scaled(48) + 8, width() - 32, t.scaled(32)), QStringLiteral("Nothing has that name."), Style::Body, Role::Text3);
    for (int i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows.at(i);
        const QRectF box(row.box);
        if (row.entry < 0) {
            paint::text(&p, box.adjusted(16, 0, -16, 0), row.header, Style::Label, Role::Text3);
            continue;
        }
        const Entry& entry = m_entries.at(row.entry);
        if (i == m_current)
            p.fillRect(box, t.color(Role::Selected));
        const bool writes = entry.group == Group::Changes;
        icons::paint(&p, QRectF(16, box.top(), 16, box.height()), entry.icon, t.color(writes ? Role::Mode : Role::Text2), 16);
        qreal right = width() - 16;
        if (i == m_current) {
            paint::keyCap(&p, QRectF(0, box.top(), right, box.height()), QStringLiteral("Enter"), true);
            right -= paint::keyCapWidth(QStringLiteral("Enter")) + 10;
        }
        if (writes) {
            const QRectF chip = paint::chip(&p, QRectF(0, box.top(), right, box.height()), t.mode() == RunMode::Live ? QStringLiteral("LIVE") : QStringLiteral("REHEARSAL"), ChipTone::Mode, {}, true);
            right = chip.left() - 10;
        }
        if (!entry.note.isEmpty()) {
            const qreal w = paint::textWidth(entry.note, Style::Small);
            paint::text(&p, QRectF(right - w, box.top(), w + 1, box.height()), entry.note, Style::Small, entry.noteRole);
            right -= w + 10;
        }
        paint::text(&p, QRectF(42, box.top(), right - 42, box.height()), entry.text, Style::Body, Role::Text1);
    }
}

} // namespace switchyard::ui
