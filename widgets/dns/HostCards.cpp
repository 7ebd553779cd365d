#include "widgets/dns/HostCards.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

constexpr std::size_t kStripSamples = 140;

QString dayText(TimePoint at)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), Qt::UTC).date();
    return QLocale(QLocale::English).toString(day, QStringLiteral("d MMM"));
}

QString shortClock(Milliseconds d)
{
    const QString text = minutesSeconds(std::max(Milliseconds(0), d));
    return text.startsWith(u'0') ? text.mid(1) : text;
}

QString spokenHost(const HostView& host)
{
    return host.shortName == QLatin1String("apex") ? QStringLiteral("the apex") : host.shortName.isEmpty() ? host.host : host.shortName;
}

/// The legend's square in the colour of an answer.
class Swatch final : public PaintedWidget {
public:
    Swatch(Role role, QWidget* parent) : PaintedWidget(parent), m_role(role) { setFixedSize(6, 12); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.fillRect(QRect(0, 2, 6, 8), ui::color(m_role));
    }

private:
    Role m_role;
};

} // namespace

StatusWord::StatusWord(QWidget* parent) : QWidget(parent)
{
    auto* row = tight<QHBoxLayout>(this, 0, 6);
    m_icon = new IconLabel({}, Role::Text3, 14, this);
    m_text = new TextLabel({}, Style::SmallMedium, Role::Text2, this);
    row->addWidget(m_icon, 0, Qt::AlignVCenter);
    row->addWidget(m_text, 0, Qt::AlignVCenter);
}

void StatusWord::setWord(const QString& icon, Role role, const QString& text)
{
    m_icon->setVisible(!icon.isEmpty());
    m_icon->setIcon(icon, role);
    m_text->setRole(role);
    m_text->setText(text);
}

std::vector<CertificateSteps::Step> certificateSteps(const HostView& host, bool switched, std::optional<TimePoint> waitsSince, TimePoint now)
{
    using State = CertificateSteps::State;
    const auto clock = [](const std::optional<TimePoint>& at) { return at ? clockUtc(*at) : QString(); };
    const bool issued = host.certificate || host.told == DomainBinding::Certificate::Issued;
    const bool failed = host.told == DomainBinding::Certificate::Failed;
    const bool waiting = !issued && !failed && switched;
    const QString since = waitsSince ? shortClock(now - *waitsSince) : QString();
    std::vector<CertificateSteps::Step> steps;
    steps.push_back({QStringLiteral("Requested"), host.requestedAt || issued ? State::Done : State::Coming, clock(host.requestedAt)});
    steps.push_back({QStringLiteral("DNS seen"), host.dnsSeenAt || host.certificate ? State::Done : waiting ? State::Waiting : State::Coming, clock(host.dnsSeenAt)});
    // No provider of today's set tells when its challenge ran.
    steps.push_back({QStringLiteral("Challenge"), State::NotTold, {}});
    steps.push_back({QStringLiteral("Issued"), failed ? State::Failed : issued ? State::Done : waiting && host.dnsSeenAt ? State::Waiting : State::Coming, waiting && host.dnsSeenAt ? since : QString()});
    const bool late = !host.certificate && issued && switched && host.targetTls.tried;
    steps.push_back({QStringLiteral("Served"), host.certificate ? State::Done : late ? State::Waiting : State::Coming, host.certificate ? clock(host.servedAt) : late ? since : QString()});
    return steps;
}

ProbeStrip::Sample stripSample(const ProbeSample& sample)
{
    using Answer = ProbeStrip::Answer;
    ProbeStrip::Sample out;
    switch (sample.state) {
    case HostState::Source: out.answer = Answer::Source; break;
    case HostState::Target: out.answer = Answer::Target; break;
    case HostState::Maintenance: out.answer = Answer::Maintenance; break;
    case HostState::Failed: out.answer = Answer::Failed; break;
    case HostState::Unknown: break;
    }
    out.detail = clockUtc(sample.at);
    if (sample.status > 0)
        out.detail += QStringLiteral(", %1 in %2 ms").arg(sample.status).arg(sample.took.count());
    if (!sample.address.isEmpty())
        out.detail += QStringLiteral(" from ") + sample.address;
    if (!sample.detail.isEmpty())
        out.detail += QStringLiteral(", ") + sample.detail;
    return out;
}

ReadyCard::ReadyCard(QWidget* parent) : Card(QStringLiteral("Before the switch"), parent)
{
    setObjectName(QStringLiteral("readiness"));
    m_sum = new StatusWord(this);
    header()->addWidget(m_sum);
}

void ReadyCard::setLines(const std::vector<dns::ReadyLine>& lines)
{
    while (m_lines.size() < lines.size()) {
        Line line{};
        line.box = new QWidget(this);
        auto* row = tight<QHBoxLayout>(line.box, 0, 8);
        row->setContentsMargins(12, 7, 12, 7);
        line.icon = new IconLabel({}, Role::Text3, 16, line.box);
        row->addWidget(line.icon, 0, Qt::AlignTop);
        auto* words = new QVBoxLayout;
        words->setSpacing(0);
        line.title = new TextLabel({}, Style::SmallMedium, Role::Text1, line.box);
        line.title->setWrap(true);
        line.text = new TextLabel({}, Style::Small, Role::Text2, line.box);
        line.text->setWrap(true);
        words->addWidget(line.title);
        words->addWidget(line.text);
        row->addLayout(words, 1);
        body()->addWidget(line.box);
        m_lines.push_back(line);
    }
    int good = 0;
    bool look = false;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i].box->setVisible(i < lines.size());
        if (i >= lines.size())
            continue;
        using State = dns::ReadyLine::State;
        const State state = lines[i].state;
        good += state == State::Good ? 1 : 0;
        look = look || state == State::Look;
        const Role role = state == State::Good ? Role::Ok : state == State::Look ? Role::Warn : Role::Text3;
        m_lines[i].icon->setIcon(state == State::Good ? QStringLiteral("tick") : state == State::Look ? QStringLiteral("caution") : state == State::Waits ? QStringLiteral("clock") : QStringLiteral("help"), role);
        m_lines[i].icon->setAccessibleName(state == State::Good ? QStringLiteral("Ready") : state == State::Look ? QStringLiteral("Caution") : state == State::Waits ? QStringLiteral("Waits") : QStringLiteral("Not known"));
        m_lines[i].title->setText(lines[i].title);
        m_lines[i].text->setText(lines[i].text);
    }
    const bool all = good == static_cast<int>(lines.size());
    m_sum->setWord(all ? QStringLiteral("tick") : look ? QStringLiteral("caution") : QStringLiteral("clock"), all ? Role::Ok : look ? Role::Warn : Role::Text3, QStringLiteral("%1 of %2 ready").arg(good).arg(lines.size()));
}

CertificateCard::CertificateCard(QWidget* parent) : Card(QStringLiteral("Certificates"), parent)
{
    setObjectName(QStringLiteral("certificates"));
    m_sum = new StatusWord(this);
    header()->addWidget(m_sum);
}

void CertificateCard::setState(const RunState& state, TimePoint now)
{
    while (m_blocks.size() < state.hosts.size()) {
        Block b{};
        if (!m_blocks.empty())
            body()->addWidget(new ui::Line(Qt::Horizontal, Role::LineSoft, this));
        b.box = new QWidget(this);
        auto* all = tight<QVBoxLayout>(b.box, 0, 4);
        all->setContentsMargins(12, 12, 12, 11);
        auto* head = new QHBoxLayout;
        head->setSpacing(8);
        b.name = new TextLabel({}, Style::ValueMedium, Role::Text1, b.box);
        b.name->setElide(Qt::ElideMiddle);
        b.status = new StatusWord(b.box);
        head->addWidget(b.name, 1);
        head->addWidget(b.status);
        all->addLayout(head);
        b.steps = new CertificateSteps(b.box);
        all->addWidget(b.steps);
        b.note = new TextLabel({}, Style::Small, Role::Text2, b.box);
        b.note->setWrap(true);
        all->addWidget(b.note);
        body()->addWidget(b.box);
        m_blocks.push_back(b);
    }
    const bool switched = state.switchedAt.has_value();
    int ready = 0;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const Block& b = m_blocks[i];
        b.box->setVisible(i < state.hosts.size());
        if (i >= state.hosts.size())
            continue;
        const HostView& host = state.hosts[i];
        ready += host.certificate ? 1 : 0;
        const std::optional<TimePoint> since = switched ? state.switchedAt : host.requestedAt;
        b.name->setText(host.host);
        b.steps->setAccessibleName(QStringLiteral("Certificate of %1").arg(host.host));
        b.steps->setSteps(certificateSteps(host, switched, since, now));
        QString note;
        if (host.certificate) {
            b.status->setWord(QStringLiteral("tick"), Role::Ok, host.targetTls.notAfter == TimePoint{} ? QStringLiteral("Served") : QStringLiteral("Valid to %1").arg(dayText(host.targetTls.notAfter)));
        } else if (host.told == DomainBinding::Certificate::Failed) {
            b.status->setWord(QStringLiteral("failure"), Role::Danger, QStringLiteral("Failed"));
            note = QStringLiteral("%1 could not issue it. Browsers show a TLS error on %2. Look at CAA and AAAA records, then verify the domain again.").arg(state.targetTitle, spokenHost(host));
        } else if (switched) {
            b.status->setWord(QStringLiteral("clock"), Role::Warn, since ? QStringLiteral("Waiting %1").arg(shortClock(now - *since)) : QStringLiteral("Waiting"));
            note = QStringLiteral("Browsers show a TLS error on %1 until %2 serves it. Nothing to do yet.").arg(spokenHost(host), state.targetTitle);
        } else if (host.requestedAt) {
            b.status->setWord(QStringLiteral("clock"), Role::Text3, QStringLiteral("After the switch"));
            note = QStringLiteral("%1 issues it once %2 points there.").arg(state.targetTitle, spokenHost(host));
        } else {
            b.status->setWord({}, Role::Text3, QStringLiteral("Not requested"));
        }
        if (!host.certificate)
            note += (note.isEmpty() ? QString() : QStringLiteral(" ")) + QStringLiteral("Challenge: not told by %1.").arg(state.targetTitle);
        b.steps->setToolTip(QStringLiteral("Not told by %1: when the challenge ran. Served is measured by our own TLS probe.").arg(state.targetTitle));
        b.note->setVisible(!note.isEmpty());
        b.note->setText(note);
    }
    const auto all = static_cast<int>(state.hosts.size());
    const bool good = ready == all;
    m_sum->setVisible(all > 0);
    m_sum->setWord(good ? QStringLiteral("tick") : QStringLiteral("caution"), good ? Role::Ok : Role::Warn, QStringLiteral("%1 of %2 ready").arg(ready).arg(all));
}

ProbeCard::ProbeCard(QWidget* parent) : Card(QStringLiteral("HTTP probe"), parent)
{
    setObjectName(QStringLiteral("probes"));
    auto* open = new Button(QStringLiteral("Open probe log"), ButtonKind::Link, this);
    open->setObjectName(QStringLiteral("openProbeLog"));
    open->setButtonSize(ButtonSize::Dense);
    open->setTextStyle(Style::SmallMedium);
    connect(open, &QAbstractButton::clicked, this, &ProbeCard::logWanted);
    header()->addWidget(open);
    m_list = new QVBoxLayout;
    m_list->setSpacing(0);
    body()->addLayout(m_list);
    auto* foot = new QWidget(this);
    auto* row = tight<QHBoxLayout>(foot, 0, 6);
    row->setContentsMargins(12, 4, 12, 4);
    const std::pair<Role, const char*> legend[] = {{Role::Source, "source"}, {Role::WarnFill, "maintenance"}, {Role::Danger, "failed"}, {Role::Target, "target"}};
    for (const auto& [role, word] : legend) {
        row->addWidget(new Swatch(role, foot));
        row->addWidget(new TextLabel(QString::fromLatin1(word), Style::Label, Role::Text2, foot));
        row->addSpacing(4);
    }
    row->addStretch(1);
    body()->addWidget(foot);
    body()->addStretch(1);
}

void ProbeCard::setState(const RunState& state, const plan::Plan& plan)
{
    while (m_blocks.size() < state.hosts.size()) {
        Block b{};
        b.box = new QWidget(this);
        auto* all = tight<QVBoxLayout>(b.box, 0, 6);
        all->setContentsMargins(12, 9, 12, 11);
        auto* head = new QHBoxLayout;
        head->setSpacing(8);
        b.light = new HealthLight(Health::Unknown, 8, b.box);
        b.name = new TextLabel({}, Style::ValueMedium, Role::Text1, b.box);
        b.name->setElide(Qt::ElideMiddle);
        b.tile = new MonogramTile({}, {}, 18, SideTone::Target, b.box);
        b.answer = new TextLabel({}, Style::Small, Role::Text2, b.box);
        head->addWidget(b.light, 0, Qt::AlignVCenter);
        head->addWidget(b.name, 1);
        head->addWidget(b.tile);
        head->addWidget(b.answer);
        all->addLayout(head);
        b.strip = new ProbeStrip(b.box);
        all->addWidget(b.strip);
        m_list->addWidget(b.box);
        m_list->addWidget(new ui::Line(Qt::Horizontal, Role::LineSoft, this));
        m_blocks.push_back(b);
    }
    const auto providerOf = [&](const QString& host, Side side) -> const ProviderView* {
        if (plan.environments.empty())
            return nullptr;
        for (const plan::DomainMapping& d : plan.production().domains) {
            for (const plan::ServiceMapping& s : plan.production().services) {
                if (d.host != host || s.name != d.service)
                    continue;
                const QString& account = side == Side::Source ? s.source.account : s.target.account;
                for (const ProviderView& p : state.providers) {
                    if (p.account == account)
                        return &p;
                }
            }
        }
        return nullptr;
    };
    Milliseconds every{0};
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const Block& b = m_blocks[i];
        b.box->setVisible(i < state.hosts.size());
        if (i >= state.hosts.size())
            continue;
        const HostView& host = state.hosts[i];
        b.name->setText(i == 0 ? host.host : host.shortName.isEmpty() ? host.host : host.shortName);
        b.name->setToolTip(host.host);
        b.strip->setAccessibleName(QStringLiteral("Probe of %1").arg(host.host));
        std::vector<ProbeStrip::Sample> samples;
        const std::size_t from = host.samples.size() > kStripSamples ? host.samples.size() - kStripSamples : 0;
        samples.reserve(host.samples.size() - from);
        for (std::size_t n = from; n < host.samples.size(); ++n)
            samples.push_back(stripSample(host.samples[n]));
        b.strip->setSamples(samples);
        if (host.samples.size() > 1)
            every = std::max(every, host.samples.back().at - host.samples[host.samples.size() - 2].at);
        const ProbeSample* last = host.samples.empty() ? nullptr : &host.samples.back();
        const HostState stands = last ? last->state : HostState::Unknown;
        const bool ofSource = stands == HostState::Source;
        const ProviderView* provider = ofSource || stands == HostState::Target ? providerOf(host.host, ofSource ? Side::Source : Side::Target) : nullptr;
        b.tile->setVisible(provider != nullptr);
        if (provider)
            b.tile->setTile(provider->monogram, provider->name, ofSource ? SideTone::Source : SideTone::Target);
        QString answer = QStringLiteral("No answer yet");
        Role role = Role::Text2;
        Health light = Health::Unknown;
        switch (stands) {
        case HostState::Source:
        case HostState::Target:
            light = last->status < 400 ? Health::Ok : Health::Caution;
            answer = QStringLiteral("%1 `%2`   `%3 ms`").arg(provider ? provider->name : ofSource ? state.sourceTitle : state.targetTitle).arg(last->status).arg(last->took.count());
            break;
        case HostState::Maintenance:
            light = Health::Held;
            role = Role::Warn;
            answer = QStringLiteral("Maintenance `%1`").arg(last->status);
            break;
        case HostState::Failed:
            light = Health::Failed;
            role = Role::Danger;
            answer = last->status > 0 ? QStringLiteral("Failed `%1`").arg(last->status) : host.targetTls.tried && host.targetTls.alert > 0 && last->detail.contains(QLatin1String("alert"))
                ? QStringLiteral("TLS failed `alert %1`").arg(host.targetTls.alert)
                : QStringLiteral("Failed");
            break;
        case HostState::Unknown: break;
        }
        b.light->setHealth(light);
        b.answer->setRole(role);
        b.answer->setText(answer);
        b.answer->setToolTip(last ? stripSample(*last).detail : QString());
    }
    setCaption(every > Milliseconds(0) ? QStringLiteral("every %1").arg(durationProse(std::chrono::round<Seconds>(every))) : QString());
}

} // namespace switchyard::ui
