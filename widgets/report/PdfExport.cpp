#include "widgets/report/PdfExport.h"

#include "app/base/Redactor.h"
#include "widgets/report/ReportPainter.h"

#include <QBuffer>
#include <QPdfWriter>
#include <QSaveFile>

namespace switchyard::ui {

namespace {

QString clean(const QString& text) { return Redactor::instance().redact(text); }

void clean(report::Table* table)
{
    for (QStringList& row : table->rows) {
        for (QString& cell : row)
            cell = clean(cell);
    }
}

/// The writers redact as they write; what is painted is redacted before.
report::Document redacted(report::Document d)
{
    d.headline = clean(d.headline);
    d.byline = clean(d.byline);
    for (cutover::EventView& e : d.events) {
        e.text = clean(e.text);
        e.evidence = clean(e.evidence);
    }
    for (report::Table* table : {&d.tables, &d.checklist, &d.smoke, &d.settings, &d.lent, &d.calls, &d.log})
        clean(table);
    for (report::FollowUp& f : d.followUps)
        f.text = clean(f.text);
    for (QString& line : d.nextTime)
        line = clean(line);
    return d;
}

} // namespace

Result<void> writeExport(const QByteArray& bytes, const QString& file, const QString& what)
{
    QSaveFile out(file);
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
        return {};
    Error error = Error::invalid(QStringLiteral("Can't write the %1.").arg(what), QStringLiteral("%1.").arg(out.errorString()), QStringLiteral("Choose another folder."));
    error.kind = ErrorKind::Storage;
    return error;
}

Result<int> writePdf(const report::Document& document, const QString& file, Paper paper)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    int pages = 0;
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(300);
        writer.setTitle(clean(document.headline));
        writer.setCreator(QStringLiteral("Switchyard"));
        writer.setPageSize(QPageSize(paper == Paper::A4 ? QPageSize::A4 : QPageSize::Letter));
        writer.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout::Millimeter);
        // Laid out 820 wide as on a screen, then fitted to the paper.
        constexpr qreal wide = 820;
        const qreal fit = writer.width() / wide;
        const qreal high = writer.height() / fit - 28;
        const ReportInk ink = ReportInk::paper();
        const ReportPainter painter(redacted(document), ink, wide, true);
        const auto& blocks = painter.blocks();
        // Where pages begin: before the first block that doesn't fit, with the headings that belong to it.
        std::vector<std::size_t> starts{0};
        for (std::size_t i = 1; i < blocks.size(); ++i) {
            if (blocks[i].box.bottom() - blocks[starts.back()].box.top() <= high)
                continue;
            std::size_t first = i;
            while (first > starts.back() + 1 && blocks[first - 1].withNext)
                --first;
            starts.push_back(first);
        }
        pages = static_cast<int>(starts.size());
        QPainter p(&writer);
        p.scale(fit, fit);
        for (std::size_t page = 0; page < starts.size(); ++page) {
            if (page > 0)
                writer.newPage();
            const std::size_t end = page + 1 < starts.size() ? starts[page + 1] : blocks.size();
            p.save();
            p.translate(0, -blocks[starts[page]].box.top());
            for (std::size_t i = starts[page]; i < end; ++i)
                painter.paintBlock(&p, blocks[i]);
            p.restore();
            const QRectF foot(0, high + 10, wide, 18);
            ink.text(&p, foot, QStringLiteral("%1, %2").arg(document.plan, document.complete ? QStringLiteral("sealed report") : document.rolledBack ? QStringLiteral("rolled back") : QStringLiteral("draft")), Style::Label, Role::Text3);
            ink.text(&p, foot, QStringLiteral("Page %1 of %2").arg(page + 1).arg(starts.size()), Style::Label, Role::Text3, Qt::AlignRight);
        }
    }
    SY_CHECK(writeExport(bytes, file, QStringLiteral("PDF")));
    return pages;
}

} // namespace switchyard::ui
