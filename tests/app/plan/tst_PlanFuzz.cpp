#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "app/plan/Templates.h"

#include <QTest>

#include <random>

using namespace switchyard;
using namespace switchyard::plan;

/// Whatever the bytes: a plan or problems, never a crash, never both, never neither.
class tst_PlanFuzz : public QObject {
    Q_OBJECT

    static void check(const QByteArray& bytes)
    {
        std::vector<PlanProblem> problems;
        const auto plan = parsePlan(bytes, QStringLiteral("fuzz.yaml"), &problems);
        if (plan.has_value() != problems.empty())
            qFatal("a plan and problems, or neither: %s", bytes.toHex().constData());
        if (!plan)
            return;
        const auto again = parsePlan(writePlan(*plan), QStringLiteral("again.yaml"));
        if (!again || again->digest != plan->digest)
            qFatal("a plan that was read can't be written: %s\n%s", bytes.constData(), again ? "" : again.error().detail.toUtf8().constData());
    }

private Q_SLOTS:
    void mutated()
    {
        const QByteArray seed = templateText(QStringLiteral("projectify")) + "steps:\n  - kind: preflight\n    phase: Prepare\n  - {kind: manual, phase: Close, planned: 5 min, with: {instructions: x}}\n";
        const QList<QByteArray> tokens{"{", "}", "[", "]", ":", ": ", "- ", "-", "\n", "\n\n", "\t", "  ", "#", "&a ", "*a", "!!int ", "!", "|", ">", "'", "\"", "?", "? ", "%", "@", "`", "---\n", "...\n",
                                       "<<: ", "~", "null", "true", "\\", "\xff", "\xc3", QByteArray(1, '\0'), "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "0x1F", "1e999", "99999999999999999999", ", ", "\r", "\r\n"};
        std::mt19937 random(20260315);
        const auto pick = [&](qsizetype n) { return static_cast<qsizetype>(random() % static_cast<std::uint32_t>(std::max<qsizetype>(n, 1))); };
        for (int round = 0; round < 4000; ++round) {
            QByteArray bytes = seed;
            const qsizetype edits = 1 + pick(6);
            for (qsizetype e = 0; e < edits; ++e) {
                const qsizetype at = pick(bytes.size());
                switch (pick(7)) {
                case 0: bytes.insert(at, tokens[pick(tokens.size())]); break;
                case 1: bytes.remove(at, 1 + pick(20)); break;
                case 2: if (!bytes.isEmpty()) bytes[at] = static_cast<char>(random()); break;
                case 3: bytes.insert(at, bytes.mid(pick(bytes.size()), pick(80))); break;
                case 4: bytes.truncate(at); break;
                case 5: {
                    QList<QByteArray> lines = bytes.split('\n');
                    std::swap(lines[pick(lines.size())], lines[pick(lines.size())]);
                    bytes = lines.join('\n');
                    break;
                }
                default: bytes.replace(at, 1, tokens[pick(tokens.size())]);
                }
            }
            check(bytes);
        }
    }
    void random()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 1000; ++round) {
            QByteArray bytes;
            const int size = static_cast<int>(random() % 300);
            for (int i = 0; i < size; ++i)
                bytes.append(static_cast<char>(round % 2 ? random() : 0x20 + random() % 0x5f));
            check(bytes);
            check("switchyard: 1\n" + bytes);
        }
    }
    void deepAndLarge()
    {
        for (const char* open : {"[", "{a: ", "- ", "? ", "{? "}) {
            QByteArray deep = "switchyard: 1\nplan: ";
            if (open[0] == '-' || open[0] == '?')
                deep += "\n  ";
            for (int i = 0; i < 20'000; ++i)
                deep += open;
            check(deep);
        }
        check(QByteArray(3 << 20, 'a'));
        check("switchyard: 1\nplan: " + QByteArray(900'000, 'a') + "\n");
        QByteArray manyKeys = "switchyard: 1\n";
        for (int i = 0; i < 20'000; ++i)
            manyKeys += "k" + QByteArray::number(i) + ": 1\n";
        check(manyKeys);
    }
};

QTEST_GUILESS_MAIN(tst_PlanFuzz)
#include "tst_PlanFuzz.moc"
