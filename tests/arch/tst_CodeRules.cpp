#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <map>
#include <set>

/// Reads the sources as text and holds them to the rules of ARCHITECTURE.md that no compiler checks.
class tst_CodeRules : public QObject {
    Q_OBJECT

    struct Source {
        QString path;
        QString text;
        QStringList lines;
    };
    std::vector<Source> m_sources;
    std::map<QString, QStringList> m_allowed;

    [[nodiscard]] QString roomOf(const QString& path) const
    {
        QString dir = path.section(u'/', 0, -2);
        while (!dir.isEmpty()) {
            if (dir == QLatin1String("app/main") || m_allowed.contains(dir))
                return dir;
            dir = dir.section(u'/', 0, -2);
        }
        return {};
    }
    void report(const QStringList& bad)
    {
        if (!bad.isEmpty())
            QFAIL(qPrintable(QStringLiteral("\n") + bad.join(u'\n')));
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString root = QStringLiteral(SWITCHYARD_SOURCE_DIR);
        for (const QString& top : {QStringLiteral("app"), QStringLiteral("providers"), QStringLiteral("widgets")}) {
            QDirIterator it(root + u'/' + top, {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext()) {
                QFile file(it.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                const QString text = QString::fromUtf8(file.readAll());
                m_sources.push_back({file.fileName().mid(root.size() + 1), text, text.split(u'\n')});
            }
        }
        QVERIFY(m_sources.size() > 20);

        // The same table that CMake enforces on link lines.
        QFile table(root + QStringLiteral("/packaging/cmake/Layers.cmake"));
        QVERIFY(table.open(QIODevice::ReadOnly));
        QString text = QString::fromUtf8(table.readAll());
        text = text.left(text.indexOf(QLatin1String("function(sy_library)")));
        static const QRegularExpression loop(QStringLiteral("foreach\\((\\w+) ([^)]*)\\)([\\s\\S]*?)endforeach\\(\\)"));
        for (auto m = loop.match(text); m.hasMatch(); m = loop.match(text)) {
            QString expanded;
            for (const QString& value : m.captured(2).split(u' ', Qt::SkipEmptyParts))
                expanded += QString(m.captured(3)).replace(QStringLiteral("${%1}").arg(m.captured(1)), value);
            text.replace(m.capturedStart(), m.capturedLength(), expanded);
        }
        static const QRegularExpression set(QStringLiteral("set\\((\\w+) ([^)]*)\\)"));
        for (auto it = set.globalMatch(text); it.hasNext();) {
            const auto m = it.next();
            text.replace(QStringLiteral("${%1}").arg(m.captured(1)), m.captured(2));
        }
        static const QRegularExpression allow(QStringLiteral("sy_allow\\(([^)]*)\\)"));
        for (auto it = allow.globalMatch(text); it.hasNext();) {
            const QStringList words = it.next().captured(1).split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts);
            if (!words.isEmpty() && words.first().contains(u'/'))
                m_allowed[words.first()] = words.mid(1);
        }
        QVERIFY(m_allowed.contains(QStringLiteral("app/cutover")));
        QVERIFY(m_allowed.at(QStringLiteral("app/cutover")).contains(QStringLiteral("app/plan")));
    }

    void includesFollowTheArrows()
    {
        static const QRegularExpression include(QStringLiteral("^\\s*#include \"((?:app|providers|widgets)/[^\"]+)\""));
        QStringList bad;
        for (const Source& source : m_sources) {
            const QString room = roomOf(source.path);
            if (room.isEmpty()) {
                bad << source.path + QStringLiteral(": lies in no room of packaging/cmake/Layers.cmake");
                continue;
            }
            for (const QString& line : source.lines) {
                const auto m = include.match(line);
                if (!m.hasMatch() || room == QLatin1String("app/main"))
                    continue;
                const QString other = roomOf(m.captured(1));
                if (other != room && !m_allowed[room].contains(other))
                    bad << source.path + QStringLiteral(" includes ") + m.captured(1);
            }
        }
        report(bad);
    }

    void guiStaysInTheWindow()
    {
        static const QRegularExpression gui(
            QStringLiteral("#include *[<\"](QtWidgets|QtGui|QtSvg|QWidget|QApplication|QGuiApplication|QMainWindow|QPainter|QColor|QFont|QIcon|QPixmap|QImage)\\b"));
        static const QRegularExpression net(
            QStringLiteral("#include *[<\"](QtNetwork|QtSql|QtWebSockets|QNetwork\\w*|QTcp\\w*|QUdp\\w*|QSsl\\w*|QSql\\w*|QWebSocket\\w*|pqxx|libpq|ldns|hiredis)"));
        QStringList bad;
        for (const Source& source : m_sources) {
            const bool window = source.path.startsWith(QLatin1String("widgets/")) || source.path.startsWith(QLatin1String("app/main/"));
            for (const QString& line : source.lines) {
                if (!window && gui.match(line).hasMatch())
                    bad << source.path + QStringLiteral(": ") + line.trimmed();
                if (!source.path.startsWith(QLatin1String("providers/")) && !source.path.startsWith(QLatin1String("app/main/")) && net.match(line).hasMatch())
                    bad << source.path + QStringLiteral(": ") + line.trimmed();
            }
        }
        report(bad);
    }

    void coloursComeFromTheTheme()
    {
        static const QRegularExpression colour(QStringLiteral("\"#[0-9A-Fa-f]{6}\"|QColor\\( *[0-9]|QRgba?\\( *0x"));
        QStringList bad;
        for (const Source& source : m_sources) {
            if (!source.path.startsWith(QLatin1String("widgets/")) || source.path.startsWith(QLatin1String("widgets/theme/")))
                continue;
            for (qsizetype i = 0; i < source.lines.size(); ++i) {
                if (colour.match(source.lines.at(i)).hasMatch())
                    bad << QStringLiteral("%1:%2: %3").arg(source.path).arg(i + 1).arg(source.lines.at(i).trimmed());
            }
        }
        report(bad);
    }

    /// GCC 12.2 frees these twice or does not compile them; nested loops and blocking waits re-enter slots.
    void coroutinesAvoidTheKnownTraps()
    {
        static const QRegularExpression braces(QStringLiteral("co_await [^;/]*[{]"));
        static const QRegularExpression lambda(QStringLiteral("co_await [^;/]*\\[[^\\]]*\\] *[({]"));
        static const QRegularExpression loops(QStringLiteral("\\bQEventLoop\\b|processEvents\\(|\\bwaitFor[A-Z]?\\w*\\(|QCoro::waitFor"));
        QStringList bad;
        for (const Source& source : m_sources) {
            for (qsizetype i = 0; i < source.lines.size(); ++i) {
                QString line = source.lines.at(i);
                line = line.section(QStringLiteral("//"), 0, 0);
                const bool atMain = source.path.startsWith(QLatin1String("app/main/"));
                if (braces.match(line).hasMatch() || lambda.match(line).hasMatch() || (!atMain && loops.match(line).hasMatch()))
                    bad << QStringLiteral("%1:%2: %3").arg(source.path).arg(i + 1).arg(line.trimmed());
            }
        }
        report(bad);
    }

    /// QCoro 0.8 moves out of an lvalue that is named in co_return: only locals may be named bare.
    void membersAreCopiedOutOfCoroutines()
    {
        static const QRegularExpression bare(QStringLiteral("co_return ((?:m_\\w+|\\w+->\\w+|\\w+\\.\\w+|\\*\\w+|\\w+\\[[^\\]]*\\])(?:->\\w+|\\.\\w+)*);"));
        static const QRegularExpression named(QStringLiteral("co_return (\\w+);"));
        QStringList bad;
        for (const Source& source : m_sources) {
            for (qsizetype i = 0; i < source.lines.size(); ++i) {
                const QString line = source.lines.at(i).section(QStringLiteral("//"), 0, 0);
                const auto m = named.match(line);
                const bool reference = m.hasMatch() && source.text.contains(QRegularExpression(QStringLiteral("auto& %1 =").arg(m.captured(1))));
                if (bare.match(line).hasMatch() || reference)
                    bad << QStringLiteral("%1:%2: %3, write copyOf(...)").arg(source.path).arg(i + 1).arg(line.trimmed());
            }
        }
        report(bad);
    }

    /// A client and its simulator never see each other, so that one misread fact can't pass both sides.
    void clientsAndSimulatorsAreStrangers()
    {
        QStringList bad;
        for (const Source& source : m_sources) {
            if (source.path.contains(QLatin1String("/client/")) && source.text.contains(QLatin1String("/simulator/")) )
                bad << source.path;
            if (source.path.contains(QLatin1String("/simulator/")) && source.text.contains(QRegularExpression(QStringLiteral("#include \"providers/\\w+/client/"))))
                bad << source.path;
        }
        report(bad);
    }
};

QTEST_GUILESS_MAIN(tst_CodeRules)
#include "tst_CodeRules.moc"
