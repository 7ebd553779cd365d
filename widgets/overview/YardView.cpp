#include "widgets/overview/YardView.h"

#include <QAccessible>
#include <QPainter>
#include <QPainterPath>
#include <QResizeEvent>
#include <QScrollBar>

#include <cmath>

namespace switchyard::ui {

using namespace cutover;

namespace {

/// Ground and outline of one side's card, of which only a slice [top, top + height) of the whole is inside this widget.
void sideSlice(QPainter* p, const QRectF& rect, bool first, bool last, Role tone)
{
    QPainterPath clip;
    clip.addRect(rect);
    p->save();
    p->setClipPath(clip);
    const QRectF whole = rect.adjusted(0, first ? 0 : -20, 0, last ? 0 : 20);
    paint::box(p, whole, color(Role::Panel), color(Role::Line), 6);
    if (first) {
        QPainterPath band;
        band.addRoundedRect(whole, 6, 6);
        p->setClipPath(band, Qt::IntersectClip);
        p->fillRect(QRectF(whole.left(), whole.top(), whole.width(), 3), color(tone));
    }
    p->restore();
}

/// Of the account's provider; a service that needs no account, as one both sides share, goes by its own name.
QString monogramOf(const RunState& state, const Service& service)
{
    for (const ProviderView& provider : state.providers) {
        if (provider.account == service.ref.account)
            return provider.monogram;
    }
    const QString account = service.ref.account.isEmpty() ? service.name : service.ref.account;
    return account.left(1).toUpper() + account.mid(1, 1);
}

} // namespace

/// Headers and domains of both sides.
class YardView::Head final : public PaintedWidget {
public:
    using PaintedWidget::PaintedWidget;
    const RunState* state = nullptr;
    RunState copy;

    [[nodiscard]] QString spokenName() const override
    {
        QStringList out{copy.sourceTitle + QStringLiteral(", source")};
        for (const HostView& h : copy.hosts)
            out << h.host;
        out << copy.targetTitle + QStringLiteral(", target");
        for (const HostView& h : copy.hosts)
            out << h.host + (h.certificate ? QStringLiteral(" has a certificate") : QStringLiteral(" has no certificate"));
        return out.join(QStringLiteral(", "));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        side(&p, Side::Source, QRectF(0, 0, kSide, height()));
        side(&p, Side::Target, QRectF(width() - kSide, 0, kSide, height()));
    }

private:
    void side(QPainter* p, Side which, const QRectF& box)
    {
        const bool source = which == Side::Source;
        const Role tone = source ? Role::Source : Role::Target;
        sideSlice(p, box, true, false, tone);
        double x = box.left() + 12;
        std::optional<TimePoint> stale;
        for (const ProviderView& provider : copy.providers) {
            if (provider.side != which || provider.dns || !(source ? copy.sourceProviders : copy.targetProviders).contains(provider.provider))
                continue;
            paint::tile(p, {x, box.top() + 10, 24, 24}, provider.monogram, source ? SideTone::Source : SideTone::Target);
            x += 32;
            if (!provider.problem.isEmpty())
                stale = provider.readAt;
        }
        const QString region = source ? copy.sourceRegion : copy.targetRegion;
        const QString right = stale ? QStringLiteral("Last read %1").arg(clockUtc(*stale).left(5)) : region;
        const double rightWidth = paint::textWidth(right, Style::Value);
        paint::text(p, {x, box.top() + 5, box.right() - x - rightWidth - 20, 20}, source ? copy.sourceTitle : copy.targetTitle, Style::BodyStrong, Role::Text1);
        paint::text(p, {x, box.top() + 22, 120, 16}, source ? QStringLiteral("Source") : QStringLiteral("Target"), Style::Label, tone);
        paint::text(p, {box.right() - 12 - rightWidth - 2, box.top() + 12, rightWidth + 2, 20}, right, Style::Value, stale ? Role::Warn : Role::Text3, Qt::AlignRight | Qt::AlignVCenter);
        paint::hline(p, box.left() + 1, box.right() - 1, box.top() + kHeader - 0.5, Role::LineSoft);

        double y = box.top() + kHeader + 22;
        const auto rows = std::min<std::size_t>(copy.hosts.size(), 3);
        paint::text(p, {box.left() + 12, y, 200, 18}, source ? QStringLiteral("Domains served") : QStringLiteral("Domains ready"), Style::Label, Role::Text3);
        y += 21;
        bool anySource = false, anyTarget = false, anyHeld = false;
        for (const HostView& h : copy.hosts) {
            anySource = anySource || h.state == HostState::Source;
            anyTarget = anyTarget || h.state == HostState::Target;
            anyHeld = anyHeld || h.state == HostState::Maintenance;
        }
        for (std::size_t i = 0; i < rows; ++i) {
            const HostView& h = copy.hosts[i];
            Health light = Health::Unknown;
            QString note;
            if (source) {
                light = h.state == HostState::Source ? Health::Ok : h.state == HostState::Maintenance ? Health::Held : h.state == HostState::Failed ? Health::Failed
                    : h.state == HostState::Target ? Health::Off : Health::Unknown;
            } else {
                light = h.certificate ? Health::Ok : Health::Caution;
                note = h.certificate ? QStringLiteral("cert") : QStringLiteral("no cert");
            }
            paint::light(p, {box.left() + 12, y, 12, 20}, light, 10);
            paint::text(p, {box.left() + 30, y, box.width() - 100, 20}, h.host, Style::Value, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
            paint::text(p, {box.right() - 72, y, 60, 20}, note, Style::ValueSmall, h.certificate ? Role::Text3 : Role::Warn, Qt::AlignRight | Qt::AlignVCenter);
            y += 22;
        }
        if (copy.hosts.size() > rows)
            paint::text(p, {box.left() + 30, y, 200, 20}, QStringLiteral("and %1 more").arg(copy.hosts.size() - rows), Style::Small, Role::Text3);
        QString foot;
        if (source)
            foot = anyHeld ? QStringLiteral("Maintenance page on") : anySource ? (anyTarget ? QStringLiteral("Serving some of the traffic") : QStringLiteral("Serving all traffic")) : anyTarget ? QStringLiteral("Receives no visitors") : QStringLiteral("Not probed yet");
        else
            foot = anyTarget ? (anySource ? QStringLiteral("Serving some of the traffic") : QStringLiteral("Serving all traffic")) : QStringLiteral("Receives 0 req/min");
        paint::text(p, {box.left() + 12, box.top() + kHeader + kPoints - 38, box.width() - 24, 18}, foot, Style::Label, Role::Text3);
    }
};

/// Ground of the lanes: the lower part of both cards.
class YardView::Lanes final : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        sideSlice(&p, QRectF(0, 0, kSide, height()), false, true, Role::Source);
        sideSlice(&p, QRectF(width() - kSide, 0, kSide, height()), false, true, Role::Target);
    }
};

YardView::YardView(QWidget* parent) : QWidget(parent), m_head(new Head(this)), m_points(new Points(this)), m_scroll(new QScrollArea(this)), m_lanes(new Lanes)
{
    setObjectName(QStringLiteral("yard"));
    m_points->setObjectName(QStringLiteral("points"));
    m_scroll->setObjectName(QStringLiteral("lanes"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(false);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setWidget(m_lanes);
    m_lanes->setAutoFillBackground(false);
    m_scroll->setFocusPolicy(Qt::NoFocus);
}

void YardView::setState(const RunState& state, unsigned changes)
{
    if ((changes & (HostsChanged | ProvidersChanged | LanesChanged | StepsChanged)) != 0) {
        m_head->copy.hosts = state.hosts;
        for (HostView& h : m_head->copy.hosts)
            h.samples.clear();
        m_head->copy.providers = state.providers;
        m_head->copy.sourceProviders = state.sourceProviders;
        m_head->copy.targetProviders = state.targetProviders;
        m_head->copy.sourceTitle = state.sourceTitle;
        m_head->copy.targetTitle = state.targetTitle;
        m_head->copy.sourceRegion = state.sourceRegion;
        m_head->copy.targetRegion = state.targetRegion;
        m_head->update();
        setPoints(state);
    }
    if ((changes & (LanesChanged | ProvidersChanged | TasksChanged | DatabasesChanged)) != 0)
        setLanes(state);
}

void YardView::setPoints(const RunState& state)
{
    Points::Content content;
    switch (state.points) {
    case HostState::Source:
        content.position = Points::Position::Source;
        content.title = QStringLiteral("Set to source");
        content.text = QStringLiteral("100 % of traffic");
        break;
    case HostState::Target:
        content.position = Points::Position::Target;
        content.title = QStringLiteral("Set to target");
        content.text = QStringLiteral("100 % of traffic");
        break;
    case HostState::Maintenance:
        content.position = Points::Position::Held;
        content.title = QStringLiteral("Traffic held");
        content.text = QStringLiteral("Maintenance page");
        break;
    case HostState::Failed:
        content.position = Points::Position::Mixed;
        content.title = QStringLiteral("Hosts disagree");
        break;
    case HostState::Unknown: content.title = QStringLiteral("Not probed yet"); break;
    }
    if (!state.pointsText.isEmpty() && state.pointsText != content.title)
        content.text = state.pointsText;
    if (state.requestsPerMinute >= 0)
        content.visitors = QStringLiteral("%1 req/min").arg(std::lround(state.requestsPerMinute));
    if (state.ttl.count() > 0) {
        content.ttlTitle = QStringLiteral("TTL");
        content.ttl = QStringLiteral("%1 s on %2 records").arg(state.ttl.count()).arg(state.ttlRecords);
    }
    for (const StepView& step : state.steps) {
        if (step.phase == plan::Phase::Switch && step.flags.disruptive && !step.flags.pointOfNoReturn && !isDone(step.state)) {
            content.foot = QStringLiteral("Points move in step %1").arg(step.number);
            break;
        }
    }
    m_points->setContent(content);
}

void YardView::setLanes(const RunState& state)
{
    while (m_rows.size() > state.lanes.size()) {
        delete m_rows.back().source;
        delete m_rows.back().pipe;
        delete m_rows.back().target;
        m_rows.pop_back();
    }
    bool fresh = false;
    while (m_rows.size() < state.lanes.size()) {
        Row row{new ServiceCell(Side::Source, m_lanes), new PipeView(m_lanes), new ServiceCell(Side::Target, m_lanes)};
        const std::size_t index = m_rows.size();
        connect(row.pipe, &QAbstractButton::clicked, this, [this, index] {
            Q_EMIT pipeClicked(m_rows.at(index).pipe->property("page").toString(), m_rows.at(index).pipe->property("lane").toString());
        });
        connect(row.source, &QAbstractButton::clicked, this, [this, index] { Q_EMIT serviceClicked(Side::Source, m_rows.at(index).pipe->property("lane").toString()); });
        connect(row.target, &QAbstractButton::clicked, this, [this, index] { Q_EMIT serviceClicked(Side::Target, m_rows.at(index).pipe->property("lane").toString()); });
        for (QWidget* w : {static_cast<QWidget*>(row.source), static_cast<QWidget*>(row.pipe), static_cast<QWidget*>(row.target)})
            w->show();
        m_rows.push_back(row);
        fresh = true;
    }
    for (std::size_t i = 0; i < state.lanes.size(); ++i) {
        const Lane& lane = state.lanes[i];
        const auto stale = [&](const std::optional<Service>& s) {
            if (!s)
                return false;
            for (const ProviderView& provider : state.providers) {
                if (provider.account == s->ref.account)
                    return !provider.problem.isEmpty();
            }
            return false;
        };
        m_rows[i].source->setService(lane.source, lane.source ? monogramOf(state, *lane.source) : QString(), lane.kind, stale(lane.source));
        m_rows[i].target->setService(lane.target, lane.target ? monogramOf(state, *lane.target) : QString(), lane.kind, stale(lane.target));
        m_rows[i].pipe->setLane(lane);
        m_rows[i].pipe->setProperty("page", lane.page);
        m_rows[i].pipe->setProperty("lane", lane.name);
    }
    if (fresh)
        placeRows();
}

void YardView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int head = kHeader + kPoints;
    m_head->setGeometry(0, 0, width(), head);
    m_points->setGeometry(kSide, kHeader - 30, width() - 2 * kSide, head - (kHeader - 30));
    m_scroll->setGeometry(0, head, width(), std::max(0, height() - head));
    placeRows();
}

void YardView::placeRows()
{
    // A pixel or two too few must not cost a scroll bar.
    const int count = static_cast<int>(m_rows.size());
    const int lane = count > 0 ? std::clamp(m_scroll->height() / count, kLane - 2, kLane) : kLane;
    const int natural = count * lane;
    m_scroll->setVerticalScrollBarPolicy(natural > m_scroll->height() ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
    m_lanes->resize(width(), std::max(natural, m_scroll->height()));
    int y = 0;
    for (const Row& row : m_rows) {
        row.source->setGeometry(0, y, kSide, lane);
        row.pipe->setGeometry(kSide, y, std::max(0, width() - 2 * kSide), lane);
        row.target->setGeometry(width() - kSide, y, kSide, lane);
        y += lane;
    }
}

} // namespace switchyard::ui
