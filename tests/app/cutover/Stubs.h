#pragma once

#include "app/ports/Services.h"

namespace switchyard::cutover::script {

/// An account where every service is up and nothing can be changed.
class StubHosting final : public HostingProvider {
    template<typename T>
    static Task<T> no()
    {
        co_return Error::internal(QStringLiteral("not in this test"));
    }

public:
    QString failing;                     ///< service id that can't be read
    std::optional<qint64> left = 4000;
    int reads = 0;
    QString id() const override { return QStringLiteral("stub"); }
    QString displayName() const override { return QStringLiteral("Stub"); }
    QString monogram() const override { return QStringLiteral("St"); }
    unsigned capabilities() const override { return 0; }
    std::optional<qint64> callsLeft() const override { return left; }
    Task<AccountInfo> account(std::stop_token) override { return no<AccountInfo>(); }
    Task<std::vector<AppSummary>> apps(std::stop_token) override { return no<std::vector<AppSummary>>(); }
    Task<std::vector<Service>> services(QString, std::stop_token) override { return no<std::vector<Service>>(); }
    Task<Service> service(ServiceRef ref, std::stop_token) override
    {
        ++reads;
        if (ref.service == failing)
            co_return Error::invalid(QStringLiteral("%1 can't be read.").arg(ref.service));
        Service out;
        out.ref = ref;
        out.name = ref.service;
        out.region = QStringLiteral("eu");
        out.commit = QStringLiteral("6f2a19c0");
        out.health = Health::Ok;
        co_return out;
    }
    Task<Settings> readSettings(ServiceRef, std::stop_token) override { return no<Settings>(); }
    Task<Settings> writeSettings(ServiceRef, std::vector<SettingChange>, std::stop_token) override { return no<Settings>(); }
    Task<> scale(ServiceRef, int, int, std::stop_token) override { return no<void>(); }
    Task<> suspend(ServiceRef, bool, std::stop_token) override { return no<void>(); }
    Task<> setMaintenance(ServiceRef, bool, std::stop_token) override { return no<void>(); }
    Task<std::vector<DomainBinding>> domains(ServiceRef, std::stop_token) override { return no<std::vector<DomainBinding>>(); }
    Task<DomainBinding> addDomain(ServiceRef, QString, std::stop_token) override { return no<DomainBinding>(); }
    Task<> removeDomain(ServiceRef, QString, std::stop_token) override { return no<void>(); }
    Task<> verifyDomain(ServiceRef, QString, std::stop_token) override { return no<void>(); }
    Task<std::vector<Deploy>> deploys(ServiceRef, int, std::stop_token) override { return no<std::vector<Deploy>>(); }
    Task<Deploy> startDeploy(ServiceRef, QString, std::stop_token) override { return no<Deploy>(); }
    Task<Deploy> deploy(ServiceRef, QString, std::stop_token) override { return no<Deploy>(); }
    Task<Secret> connectionUrl(ServiceRef ref, std::stop_token) override { co_return Secret(QStringLiteral("postgres://user:secretword@host/") + ref.service); }
    Task<std::vector<AllowEntry>> allowList(ServiceRef, std::stop_token) override { return no<std::vector<AllowEntry>>(); }
    Task<> setAllowList(ServiceRef, std::vector<AllowEntry>, std::vector<AllowEntry>, std::stop_token) override { return no<void>(); }
    Task<Backup> captureBackup(ServiceRef, std::stop_token) override { return no<Backup>(); }
    Task<std::vector<Backup>> backups(ServiceRef, std::stop_token) override { return no<std::vector<Backup>>(); }
    std::unique_ptr<LogSource> logs(ServiceRef) override { return nullptr; }
};

/// A mover that only knows how many rows the target took since writes were opened.
class StubMover final : public DatabaseMover {
    template<typename T>
    static Task<T> no()
    {
        co_return Error::internal(QStringLiteral("not in this test"));
    }

public:
    struct Told {
        qint64 gained = 0;
        bool refuses = false;
        qint64 copiedBack = 0;
        QString savedTo;
        std::function<void()> onSettle;
    };
    explicit StubMover(std::shared_ptr<Told> rows) : m_rows(std::move(rows)) {}
    Task<DatabaseSummary> inspect(Side, std::stop_token) override { return no<DatabaseSummary>(); }
    Task<int> createSchema(std::stop_token) override { return no<int>(); }
    Task<CopyOutcome> preseed(TableSink, std::stop_token) override { return no<CopyOutcome>(); }
    Task<std::vector<TableProgress>> measureDelta(std::stop_token) override { return no<std::vector<TableProgress>>(); }
    Task<QuietProof> proveQuiet(Milliseconds, std::stop_token) override { return no<QuietProof>(); }
    Task<DeltaOutcome> carryDelta(TableSink, std::stop_token) override { return no<DeltaOutcome>(); }
    Task<std::vector<SequenceOutcome>> setSequences(qint64, std::stop_token) override { return no<std::vector<SequenceOutcome>>(); }
    Task<VerifyOutcome> verify(TableSink, std::stop_token) override { return no<VerifyOutcome>(); }
    Task<> holdReadOnly(Side, bool, std::stop_token) override { return no<void>(); }
    Task<std::vector<GainedRows>> rowsGained(std::stop_token) override
    {
        std::vector<GainedRows> out(1);
        out.front().table = QStringLiteral("task");
        out.front().inserted = Rows{m_rows->gained};
        co_return out;
    }
    Task<Rows> saveGainedRows(QString file, std::stop_token) override
    {
        m_rows->savedTo = file;
        co_return settle();
    }
    Task<Rows> copyBack(TableSink, std::stop_token) override
    {
        if (m_rows->refuses)
            co_return Error::invalid(QStringLiteral("The source refused the rows."), QStringLiteral("They are still on the target."), QStringLiteral("Save them to a file."));
        m_rows->copiedBack += m_rows->gained;
        co_return settle();
    }
    QString readOnlyMechanism() const override { return QStringLiteral("none"); }

private:
    Rows settle()
    {
        if (m_rows->onSettle)
            m_rows->onSettle();
        return Rows{m_rows->gained};
    }
    std::shared_ptr<Told> m_rows;
};

} // namespace switchyard::cutover::script
