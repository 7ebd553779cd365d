#include "widgets/dialogs/NewPlanDialog.h"

#include "app/base/Redactor.h"
#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSaveFile>
#include <QScrollArea>
#include <QStackedWidget>

namespace switchyard::ui {

struct NewPlanDialog::Row {
    QString provider;
    QString name;
    QString monogram;
    Side side = Side::Source;
    bool dns = false;
    QLineEdit* token = nullptr;
    QLineEdit* base = nullptr;
    QLineEdit* data = nullptr;
    HealthLight* light = nullptr;
    TextLabel* state = nullptr;
};

namespace {

QLineEdit* planField(const QString& name, const QString& placeholder)
{
    auto* field = new QLineEdit;
    field->setAccessibleName(name);
    field->setPlaceholderText(placeholder);
    onTheme(field, [field] {
        field->setFixedHeight(Theme::instance().scaled(28));
        field->setFont(ui::font(Style::Value));
    });
    return field;
}

} // namespace

NewPlanDialog::NewPlanDialog(std::shared_ptr<const Services> services, const QString& folder, QWidget* parent)
    : GuardedDialog(Band::Plain, QStringLiteral("New plan"), QStringLiteral("Close without a plan"), parent, 760), m_services(std::move(services)), m_folder(folder),
      m_pages(new QStackedWidget), m_mapping(new QWidget), m_act(new Button(QStringLiteral("Read accounts"), ButtonKind::NeutralStrong))
{
    setObjectName(QStringLiteral("newplan-dialog"));
    auto* accounts = new QWidget;
    buildAccounts(accounts);
    buildMapping(m_mapping);
    m_pages->addWidget(accounts);
    m_pages->addWidget(m_mapping);
    body()->addWidget(m_pages);
    m_act->setObjectName(QStringLiteral("act"));
    setAct(m_act);
    connect(m_act, &QAbstractButton::clicked, this, [this] {
        if (m_pages->currentIndex() == 0)
            readAll();
        else
            m_scope.spawn(QStringLiteral("write plan"), writeAll(m_scope.token()));
    });
    check();
}

NewPlanDialog::~NewPlanDialog() = default;

void NewPlanDialog::buildAccounts(QWidget* page)
{
    auto* column = tight<QVBoxLayout>(page, 0, 6);
    auto* words = new TextLabel(QStringLiteral("Nothing is changed here: accounts are read, and a plan file is written. It starts in rehearsal. Tokens go to the keyring, never into the plan."), Style::Body, Role::Text2);
    words->setWrap(true);
    column->addWidget(words);
    column->addSpacing(6);
    column->addWidget(new TextLabel(QStringLiteral("Name of the plan, usually that of the app"), Style::Small, Role::Text2));
    m_name = planField(QStringLiteral("Name of the plan"), QStringLiteral("projectify"));
    m_name->setObjectName(QStringLiteral("plan-name"));
    column->addWidget(m_name);
    connect(m_name, &QLineEdit::textChanged, this, &NewPlanDialog::check);
    const struct {
        const char *id, *name, *letters;
        Side side;
        bool dns, data;
    } kinds[] = {{"heroku", "Heroku", "He", Side::Source, false, true}, {"netlify", "Netlify", "Nl", Side::Source, false, false},
                 {"render", "Render", "Rd", Side::Target, false, false}, {"cloudflare", "Cloudflare", "Cf", Side::Source, true, false}};
    for (const auto& kind : kinds) {
        auto row = std::make_unique<Row>();
        row->provider = QString::fromLatin1(kind.id);
        row->name = QString::fromLatin1(kind.name);
        row->monogram = QString::fromLatin1(kind.letters);
        row->side = kind.side;
        row->dns = kind.dns;
        column->addSpacing(6);
        auto* head = new QHBoxLayout;
        head->setSpacing(8);
        head->addWidget(new MonogramTile(row->monogram, row->name, 20, row->dns ? SideTone::None : row->side == Side::Source ? SideTone::Source : SideTone::Target));
        head->addWidget(new TextLabel(row->name, Style::BodyStrong));
        head->addWidget(new TextLabel(row->dns ? QStringLiteral("DNS host") : row->side == Side::Source ? QStringLiteral("Source") : QStringLiteral("Target"), Style::Small, Role::Text3));
        head->addStretch(1);
        row->light = new HealthLight(Health::Off, 8);
        row->state = new TextLabel(QStringLiteral("Left out without a token"), Style::Small, Role::Text3);
        row->state->setElide(Qt::ElideRight);
        row->state->setMaximumWidth(440);
        head->addWidget(row->light);
        head->addWidget(row->state);
        column->addLayout(head);
        auto* fields = new QHBoxLayout;
        fields->setSpacing(8);
        row->token = planField(row->name + QStringLiteral(" token"), QStringLiteral("Token"));
        row->token->setEchoMode(QLineEdit::Password);
        row->token->setObjectName(row->provider + QStringLiteral("-token"));
        row->base = planField(row->name + QStringLiteral(" base URL"), QStringLiteral("Base URL, empty for the provider's own"));
        row->base->setObjectName(row->provider + QStringLiteral("-url"));
        fields->addWidget(row->token, 2);
        fields->addWidget(row->base, 3);
        if (kind.data) {
            row->data = planField(row->name + QStringLiteral(" data base URL"), QStringLiteral("Data host"));
            row->data->setObjectName(row->provider + QStringLiteral("-data-url"));
            fields->addWidget(row->data, 2);
        }
        column->addLayout(fields);
        connect(row->token, &QLineEdit::textChanged, this, &NewPlanDialog::check);
        m_rows.push_back(std::move(row));
    }
}

void NewPlanDialog::buildMapping(QWidget* page)
{
    auto* column = tight<QVBoxLayout>(page, 0, 6);
    auto* words = new TextLabel(QStringLiteral("What was found at the source, and the counterpart proposed for it. The steps follow from this mapping; everything can be changed in the file."), Style::Body, Role::Text2);
    words->setWrap(true);
    column->addWidget(words);
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setAccessibleName(QStringLiteral("Mapping"));
    area->setMinimumHeight(260);
    auto* content = new QWidget;
    m_list = tight<QVBoxLayout>(content, 0, 6);
    area->setWidget(content);
    column->addWidget(area, 1);
    column->addWidget(new TextLabel(QStringLiteral("Plan file"), Style::Small, Role::Text2));
    m_file = planField(QStringLiteral("Plan file"), {});
    m_file->setObjectName(QStringLiteral("plan-file"));
    column->addWidget(m_file);
}

void NewPlanDialog::check()
{
    bool source = false;
    bool target = false;
    for (const auto& row : m_rows) {
        const bool used = !row->token->text().isEmpty();
        source = source || (used && row->side == Side::Source && !row->dns);
        target = target || (used && row->side == Side::Target);
    }
    static const QRegularExpression name(QStringLiteral("^[a-z0-9][a-z0-9-]*$"));
    const bool named = name.match(m_name->text()).hasMatch();
    m_act->setEnabled(named && source && target);
    m_act->setWhyDisabled(named ? QStringLiteral("Needs a token of a source and of a target") : QStringLiteral("Needs a name of small letters, digits and dashes"));
}

void NewPlanDialog::say(int row, Health health, const QString& text)
{
    Row& r = *m_rows[static_cast<std::size_t>(row)];
    r.light->setHealth(health);
    r.state->setText(text);
    r.state->setRole(health == Health::Failed ? Role::Danger : Role::Text2);
    r.state->setToolTip(text);
}

void NewPlanDialog::readAll()
{
    m_act->setEnabled(false);
    m_found.clear();
    m_scope.spawn(QStringLiteral("read accounts"), readAccounts(m_scope.token()));
}

Task<> NewPlanDialog::readAccounts(std::stop_token stop)
{
    bool whole = true;
    for (int i = 0; i < static_cast<int>(m_rows.size()); ++i) {
        if (m_rows[static_cast<std::size_t>(i)]->token->text().isEmpty())
            continue;
        say(i, Health::Working, QStringLiteral("Reading"));
        const bool dns = m_rows[static_cast<std::size_t>(i)]->dns;
        Result<void> read = Error::cancelled();
        if (dns)
            read = co_await readDns(i, stop);
        else
            read = co_await readHosting(i, stop);
        SY_CO_ALIVE(stop);
        if (!read) {
            say(i, Health::Failed, read.error().sentence());
            whole = false;
        }
    }
    check();
    if (whole)
        showMapping();
    co_return Result<void>();
}

Task<> NewPlanDialog::readHosting(int row, std::stop_token stop)
{
    const Row& from = *m_rows[static_cast<std::size_t>(row)];
    FoundAccount found;
    found.account.name = found.account.provider = from.provider;
    found.account.baseUrl = from.base->text().trimmed();
    found.account.dataUrl = from.data ? from.data->text().trimmed() : QString();
    found.account.token = Secret(from.token->text().toUtf8());
    Redactor::instance().learn(found.account.token);
    found.side = from.side;
    found.providerName = from.name;
    found.monogram = from.monogram;
    SY_CO_TRY(const std::shared_ptr<HostingProvider> provider, m_services->makeHosting(found.account));
    SY_CO_TRY(const std::vector<AppSummary> apps, co_await provider->apps(stop));
    SY_CO_ALIVE(stop);
    for (const AppSummary& app : apps) {
        // Providers that have apps are asked by name; the others list services as such.
        const QString key = found.account.provider == QLatin1String("render") ? app.id : app.name;
        SY_CO_TRY(const std::vector<Service> services, co_await provider->services(key, stop));
        SY_CO_ALIVE(stop);
        for (const Service& service : services) {
            found.services.push_back(service);
            if (service.kind != ServiceKind::Web && service.kind != ServiceKind::Site)
                continue;
            const ServiceRef ref = service.ref;
            const Result<std::vector<DomainBinding>> bindings = co_await provider->domains(ref, stop);
            SY_CO_ALIVE(stop);
            if (!bindings)
                continue; // a service without custom domains may refuse the question
            for (const DomainBinding& binding : *bindings)
                found.hosts[binding.host] = ref.service.isEmpty() ? ref.app : ref.service;
        }
    }
    say(row, Health::Ok, QStringLiteral("%1 services, %2 domains").arg(found.services.size()).arg(found.hosts.size()));
    m_found.push_back(found);
    co_return Result<void>();
}

Task<> NewPlanDialog::readDns(int row, std::stop_token stop)
{
    const Row& from = *m_rows[static_cast<std::size_t>(row)];
    FoundAccount found;
    found.account.name = found.account.provider = from.provider;
    found.account.baseUrl = from.base->text().trimmed();
    found.account.token = Secret(from.token->text().toUtf8());
    Redactor::instance().learn(found.account.token);
    found.dns = true;
    found.providerName = from.name;
    found.monogram = from.monogram;
    SY_CO_TRY(const std::shared_ptr<DnsHost> host, m_services->makeDns(found.account));
    SY_CO_TRY(std::vector<AppSummary> zones, co_await host->zones(stop));
    SY_CO_ALIVE(stop);
    found.zones = std::move(zones);
    say(row, Health::Ok, QStringLiteral("%1 zones").arg(found.zones.size()));
    m_found.push_back(found);
    co_return Result<void>();
}

void NewPlanDialog::showMapping()
{
    m_proposal = propose(m_found);
    while (QLayoutItem* item = m_list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (std::size_t i = 0; i < m_proposal.rows.size(); ++i) {
        const ProposedMapping& row = m_proposal.rows[i];
        auto* line = new QWidget;
        auto* box = tight<QHBoxLayout>(line, 0, 8);
        auto* name = new TextLabel(row.source.ref.app.isEmpty() ? row.source.name : row.source.ref.app + u'/' + row.source.name, Style::Value);
        name->setElide(Qt::ElideMiddle);
        box->addWidget(name, 3);
        auto* kind = new TextLabel(serviceKindName(row.source.kind), Style::Small, Role::Text3);
        kind->setMinimumWidth(64);
        box->addWidget(kind);
        box->addWidget(new IconLabel(QStringLiteral("arrow-right"), Role::Text3, 14));
        auto* pick = new QComboBox;
        pick->setAccessibleName(QStringLiteral("Counterpart of ") + row.name);
        pick->addItem(QStringLiteral("No counterpart"), -1);
        for (int t = 0; t < static_cast<int>(m_proposal.targets.size()); ++t) {
            const Service& target = m_proposal.targets[static_cast<std::size_t>(t)];
            if (target.kind == row.source.kind)
                pick->addItem(target.name, t);
        }
        pick->setCurrentIndex(qMax(0, pick->findData(row.target)));
        onTheme(pick, [pick] { pick->setFixedHeight(Theme::instance().scaled(28)); });
        connect(pick, &QComboBox::currentIndexChanged, this, [this, pick, i] { m_proposal.rows[i].target = pick->currentData().toInt(); });
        box->addWidget(pick, 3);
        m_list->addWidget(line);
    }
    if (m_proposal.rows.empty())
        m_list->addWidget(new TextLabel(QStringLiteral("The source accounts hold no service."), Style::Body, Role::Text2));
    for (const PlanProposal::Host& host : m_proposal.hosts)
        m_list->addWidget(new TextLabel(QStringLiteral("`%1` is served by %2").arg(host.host, host.service), Style::Body, Role::Text2));
    m_list->addStretch(1);
    m_file->setText(QDir(m_folder).filePath(m_name->text() + QStringLiteral(".yaml")));
    setTitle(QStringLiteral("New plan, %1").arg(m_name->text()));
    m_pages->setCurrentIndex(1);
    m_act->setText(QStringLiteral("Write plan"));
    m_act->setEnabled(!m_proposal.rows.empty());
    m_act->updateGeometry();
    m_file->setFocus(Qt::OtherFocusReason);
}

Task<> NewPlanDialog::writeAll(std::stop_token stop)
{
    m_act->setEnabled(false);
    const plan::Plan made = planOf(m_name->text(), m_proposal, m_found);
    const QByteArray text = plan::writePlan(made);
    const QString file = m_file->text().trimmed();
    const Result<plan::Plan> again = plan::parsePlan(text, QFileInfo(file).fileName());
    if (!again) {
        showError(again.error());
        m_act->setEnabled(true);
        co_return Result<void>();
    }
    if (QFileInfo::exists(file)) {
        showError(Error::invalid(QStringLiteral("There is a file of that name already."), QStringLiteral("It was not touched."), QStringLiteral("Choose another name.")));
        m_act->setEnabled(true);
        co_return Result<void>();
    }
    // Tokens first: a plan whose tokens could not be kept would stop at its first step.
    for (std::size_t i = 0; i < m_found.size(); ++i) {
        const QString entry = m_name->text() + u'/' + m_found[i].account.name;
        Secret token = m_found[i].account.token;
        const Result<void> kept = co_await m_services->secrets->write(entry, std::move(token), stop);
        SY_CO_ALIVE(stop);
        if (!kept) {
            showError(kept.error());
            m_act->setEnabled(true);
            co_return Result<void>();
        }
    }
    QDir().mkpath(QFileInfo(file).absolutePath());
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit()) {
        showError(Error::invalid(QStringLiteral("The plan can't be written to %1.").arg(file), QStringLiteral("Nothing was changed."), QStringLiteral("Choose another folder.")));
        m_act->setEnabled(true);
        co_return Result<void>();
    }
    accept();
    Q_EMIT written(file);
    co_return Result<void>();
}

} // namespace switchyard::ui
