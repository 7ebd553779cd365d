#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace switchyard::endtoend {

/// The rehearsed world of a run as an outsider with its folder sees it: asked with libpq and UDP directly, not through the program's clients.
class Outside {
public:
    explicit Outside(const QString& directory);

    /// One query on the database of "source" or "target"; rows of fields. On an error one row that begins with "ERROR".
    [[nodiscard]] std::vector<QList<QByteArray>> sql(const QString& side, const QByteArray& query) const;
    [[nodiscard]] QByteArray one(const QString& side, const QByteArray& query) const;
    /// The story's tables on a side, sorted.
    [[nodiscard]] QStringList tables(const QString& side) const;
    /// count and md5 over the rows in key order, by table.
    [[nodiscard]] std::map<QString, QByteArray> content(const QString& side) const;
    /// Tables of which a sequence would give a value that is taken already, with both numbers.
    [[nodiscard]] QStringList sequencesBehind(const QString& side) const;
    /// Inserted, updated and deleted rows since the server counts, over all tables of the story.
    [[nodiscard]] qint64 writesCounted(const QString& side) const;
    /// The addresses that a resolver of the world answers for a name.
    [[nodiscard]] QStringList resolve(const QString& resolver, const QString& host) const;
    struct Resolver {
        QString name;
        QString address;
        bool authoritative = false;
    };
    [[nodiscard]] std::vector<Resolver> resolvers() const;
    /// Tokens and passwords of the world: nothing of them may be found elsewhere.
    [[nodiscard]] QList<QByteArray> secrets() const;
    /// What was sent to the simulators and changes something: "PROVIDER METHOD ROUTE STATUS", oldest first.
    [[nodiscard]] QStringList effects() const;

private:
    QString m_world;
    QJsonObject m_state;
    QJsonObject m_door;
};

} // namespace switchyard::endtoend
