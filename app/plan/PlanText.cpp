#include "app/plan/PlanReader.h"
#include "app/plan/SecretShapes.h"

#include <QRegularExpression>

#include <algorithm>
#include <limits>
#include <numeric>

namespace switchyard::plan {

namespace {

int editDistance(const QString& a, const QString& b)
{
    std::vector<int> row(static_cast<std::size_t>(b.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<std::size_t>(j);
            const int next = std::min({row[at] + 1, row[at - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = row[at];
            row[at] = next;
        }
    }
    return row.back();
}

} // namespace

QString nearestName(const QString& wrong, const QStringList& known)
{
    QString best;
    // A misspelt key is short; a long text in its place needs no suggestion and would only cost time.
    if (wrong.size() > 64)
        return best;
    int least = std::max(2, static_cast<int>(wrong.size()) / 3) + 1;
    for (const QString& name : known) {
        const int d = editDistance(wrong.toLower(), name);
        if (d < least) {
            least = d;
            best = name;
        }
    }
    return best;
}

std::optional<Milliseconds> durationFromText(const QString& text)
{
    static const QRegularExpression part(QStringLiteral("\\G\\s*(\\d{1,9})\\s*(ms|s|min|h|d)(?![a-z])"));
    qint64 total = 0;
    qsizetype at = 0;
    bool any = false;
    const QString trimmed = text.trimmed();
    while (at < trimmed.size()) {
        const auto m = part.match(trimmed, at);
        if (!m.hasMatch())
            return std::nullopt;
        const QString unit = m.captured(2);
        const qint64 scale = unit == QLatin1String("ms") ? 1 : unit == u's' ? 1000 : unit == QLatin1String("min") ? 60'000 : unit == u'h' ? 3'600'000 : 86'400'000;
        total += m.captured(1).toLongLong() * scale;
        at = m.capturedEnd();
        any = true;
    }
    return any ? std::optional(Milliseconds(total)) : std::nullopt;
}

QString durationToText(Milliseconds duration)
{
    struct Unit {
        qint64 size;
        const char* name;
    };
    constexpr Unit units[]{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}, {1, "ms"}};
    qint64 left = duration.count();
    if (left <= 0)
        return QStringLiteral("0 s");
    QStringList parts;
    for (const Unit& u : units) {
        if (left >= u.size) {
            parts << QString::number(left / u.size) + u' ' + QString::fromLatin1(u.name);
            left %= u.size;
        }
    }
    return parts.join(u' ');
}

QString secretShape(const QString& text)
{
    struct Shape {
        QRegularExpression pattern;
        const char* name;
    };
    static const std::vector<Shape> shapes{
        {QRegularExpression(QStringLiteral("[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s@]*:[^/\\s@]+@")), "a URL with a password"},
        {QRegularExpression(QStringLiteral("HRKU-[A-Za-z0-9_-]{8,}")), "a Heroku token"},
        {QRegularExpression(QStringLiteral("\\brnd_[A-Za-z0-9]{8,}")), "a Render token"},
        {QRegularExpression(QStringLiteral("\\bnf[pcu]_[A-Za-z0-9]{8,}")), "a Netlify token"},
        {QRegularExpression(QStringLiteral("\\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{8,}")), "a GitHub token"},
        {QRegularExpression(QStringLiteral("\\b(?:AKIA|ASIA)[A-Z0-9]{12,}")), "an AWS key"},
        {QRegularExpression(QStringLiteral("\\beyJ[A-Za-z0-9_-]{10,}\\.")), "a signed token"},
        {QRegularExpression(QStringLiteral("\\b[sr]k_(?:live|test)_[A-Za-z0-9]{8,}")), "a payment key"},
        {QRegularExpression(QStringLiteral("-----BEGIN [A-Z ]+")), "a private key or certificate"},
        {QRegularExpression(QStringLiteral("\\b[Bb]earer\\s+[A-Za-z0-9._-]{8,}")), "an authorization header"},
        {QRegularExpression(QStringLiteral("[?&](?:key|token|secret|password)=[^&\\s]{6,}")), "a URL with a secret in it"},
    };
    for (const Shape& s : shapes) {
        if (s.pattern.match(text).hasMatch())
            return QString::fromLatin1(s.name);
    }
    // Long, unbroken, with both cases and digits: random, not a word.
    static const QRegularExpression random(QStringLiteral("(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{32,}"));
    if (text.size() < 4096 && random.match(text).hasMatch())
        return QStringLiteral("a token");
    return {};
}

bool namesSecret(const QString& key)
{
    static const QRegularExpression pattern(QStringLiteral("token|password|passwd|secret|api[-_]?key|private[-_]?key|connection[-_]?string|database[-_]?url"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(key).hasMatch();
}

} // namespace switchyard::plan
