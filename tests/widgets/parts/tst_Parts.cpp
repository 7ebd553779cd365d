#include "widgets/parts/GuardedButton.h"
#include "widgets/parts/Points.h"
#include "widgets/parts/States.h"
#include "widgets/parts/Tracks.h"

#include "tests/kit/Golden.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

namespace switchyard::ui {

namespace {

QString spoken(QWidget* widget, QAccessible::Text kind)
{
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    return face ? face->text(kind) : QString();
}

} // namespace

class tst_Parts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void init()
    {
        Theme::instance().setGround(Ground::Dark);
        Theme::instance().setMode(RunMode::Live);
        Theme::instance().setReducedMotion(false);
    }

    /// The component sheet, for the eye; rendered in both grounds.
    void componentSheet()
    {
        for (const Ground ground : {Ground::Dark, Ground::Light}) {
            Theme::instance().setGround(ground);
            Surface sheet(Role::Canvas);
            auto* columns = tight<QHBoxLayout>(&sheet, 24, 40);
            auto* one = new QVBoxLayout;
            auto* two = new QVBoxLayout;
            auto* three = new QVBoxLayout;
            for (QVBoxLayout* column : {one, two, three}) {
                column->setSpacing(12);
                columns->addLayout(column, 1);
            }
            auto* lights = new QHBoxLayout;
            for (const Health health : {Health::Ok, Health::Working, Health::Held, Health::Caution, Health::Failed, Health::Off, Health::Unknown})
                lights->addWidget(new StatusPill(health, healthName(health)));
            one->addLayout(lights);
            auto* verdicts = new QHBoxLayout;
            for (const Verdict verdict : {Verdict::Same, Verdict::Expected, Verdict::HostRewrite, Verdict::Differs, Verdict::Missing, Verdict::Extra, Verdict::SharedSecret, Verdict::Unknowable})
                verdicts->addWidget(new VerdictChip(verdict));
            one->addLayout(verdicts);
            auto* buttons = new QHBoxLayout;
            for (const ButtonKind kind : {ButtonKind::Plain, ButtonKind::Quiet, ButtonKind::Write, ButtonKind::Return, ButtonKind::ReturnPast, ButtonKind::NeutralStrong, ButtonKind::Link})
                buttons->addWidget(new Button(QStringLiteral("roll-back"), QStringLiteral("Apply"), kind));
            one->addLayout(buttons);
            auto* off = new Button(QStringLiteral("Open"));
            off->setEnabled(false);
            one->addWidget(off);
            using State = GuardedButton::State;
            for (const State state : {State::Blocked, State::Unarmed, State::Armed, State::Holding, State::Sending, State::Failed}) {
                auto* guard = new GuardedButton;
                guard->setVerb(QStringLiteral("Switch 3 domains"));
                guard->setHold(Milliseconds(2000));
                guard->setTypedName(QStringLiteral("projectify"));
                if (state == State::Blocked)
                    guard->setBlocked(QStringLiteral("Blocked by step 14"));
                if (state == State::Armed)
                    guard->setTyped(QStringLiteral("projectify"));
                if (state == State::Holding)
                    guard->showHeld(0.58);
                if (state == State::Sending)
                    guard->setSending(QStringLiteral("Switching 2 of 3"));
                if (state == State::Failed)
                    guard->setFailed(QStringLiteral("1 of 3 failed"), QStringLiteral("The other 2 were put back"));
                one->addWidget(guard);
            }
            one->addStretch(1);
            const Points::Content held{Points::Position::Held, QStringLiteral("Traffic held"), QStringLiteral("Maintenance page, 503"), QStringLiteral("42 req/min"), {}, QStringLiteral("60 s on 5 records"), QStringLiteral("Points move in step 16")};
            for (const Points::Position position : {Points::Position::Source, Points::Position::Held, Points::Position::Target}) {
                auto* points = new Points;
                Points::Content content = held;
                content.position = position;
                if (position != Points::Position::Held)
                    content.title = position == Points::Position::Source ? QStringLiteral("Set to source") : QStringLiteral("Set to target");
                points->setContent(content);
                two->addWidget(points);
            }
            for (const PipeLook look : {PipeLook::Settled, PipeLook::NeedsLook, PipeLook::Moving, PipeLook::NotMoved, PipeLook::Broken}) {
                auto* pipe = new Pipe;
                pipe->setContent({look, QStringLiteral("Frontend, same commit `6f2a19c`"), QStringLiteral("Verify"), QStringLiteral("9 of 14 tables match"), 1, 1, 0.6, -1});
                two->addWidget(pipe);
            }
            two->addStretch(1);
            auto* strip = new ProbeStrip;
            std::vector<ProbeStrip::Sample> samples;
            for (int i = 0; i < 80; ++i)
                samples.push_back({i < 30 ? ProbeStrip::Answer::Maintenance : i < 50 ? ProbeStrip::Answer::Failed : ProbeStrip::Answer::Target, QStringLiteral("200 in 61 ms")});
            strip->setSamples(samples);
            three->addWidget(strip);
            auto* certificate = new CertificateSteps;
            using Step = CertificateSteps::State;
            certificate->setSteps({{QStringLiteral("Requested"), Step::Done, QStringLiteral("22:05:51")}, {QStringLiteral("DNS seen"), Step::Done, QStringLiteral("22:42:31")},
                                   {QStringLiteral("Challenge"), Step::Waiting, QStringLiteral("4:20")}, {QStringLiteral("Issued"), Step::NotTold, {}}, {QStringLiteral("Served"), Step::Coming, {}}});
            three->addWidget(certificate);
            auto* spark = new Sparkline;
            std::vector<double> load;
            for (int i = 0; i < 60; ++i)
                load.push_back(i == 30 ? std::nan("") : 2 + std::sin(i * 0.3));
            spark->setSamples(load);
            spark->setFixedSize(252, 44);
            spark->setRole(Role::Mode);
            three->addWidget(spark);
            auto* empty = new EmptyState(QStringLiteral("database"), QStringLiteral("No database in this plan"), QStringLiteral("Add one to copy rows, or leave it out for a stateless app."), QStringLiteral("Add a database…"));
            three->addWidget(empty);
            auto* error = new ErrorState;
            Error lost;
            lost.happened = QStringLiteral("Lost the connection to Heroku Postgres");
            lost.means = QStringLiteral("The copy paused at 1,350,560 rows. Nothing on the target is broken, visitors are not affected.");
            lost.remedy = QStringLiteral("Switchyard tries again in 12 s, from the last finished chunk.");
            lost.detail = QStringLiteral("57P01 terminating connection");
            error->setError(lost);
            three->addWidget(error);
            auto* secret = new SecretCell;
            secret->setSecret(50, QStringLiteral("7c1f"), [] { return QStringLiteral("example-not-a-real-key"); });
            three->addWidget(secret);
            auto* segments = new SegmentedControl;
            segments->setSegments({{QStringLiteral("all"), QStringLiteral("All"), QStringLiteral("27"), {}}, {QStringLiteral("needs"), QStringLiteral("Needs you"), QStringLiteral("6"), {}}, {QStringLiteral("blocked"), QStringLiteral("Blocked"), QStringLiteral("3"), {}}});
            three->addWidget(segments);
            auto* check = new Switch(QStringLiteral("Apex certificate takes 10 min"));
            check->setChecked(true);
            three->addWidget(check);
            three->addStretch(1);
            test::keepPicture(test::picture(&sheet, QSize(1440, 900)), ground == Ground::Dark ? QStringLiteral("parts-dark") : QStringLiteral("parts-light"));
            QCOMPARE(test::namelessWidgets(&sheet), QStringList());
        }
    }

    void theLeverMovesOnceAndNotAtAllWithReducedMotion()
    {
        Points points;
        Points::Content content;
        content.position = Points::Position::Source;
        points.setContent(content);
        test::picture(&points);
        QCOMPARE(points.lever(), -1.0);
        content.position = Points::Position::Target;
        points.setContent(content);
        QVERIFY(points.lever() < 0);
        QTRY_COMPARE(points.lever(), 1.0);
        Theme::instance().setReducedMotion(true);
        content.position = Points::Position::Held;
        points.setContent(content);
        QCOMPARE(points.lever(), 0.0);
        QVERIFY(spoken(&points, QAccessible::Value).contains(QStringLiteral("Traffic held")));
    }

    void paintedPartsSpeakInWords()
    {
        ClockView clock;
        ClockView::Content content;
        content.spoken = QStringLiteral("Downtime 2 minutes 28 seconds of 15 minutes, all hosts");
        clock.setContent(content);
        QCOMPARE(spoken(&clock, QAccessible::Name), content.spoken);
        ProgressBar bar;
        bar.setShare(0.9998);
        QCOMPARE(spoken(&bar, QAccessible::Value), QStringLiteral("99 %"));
        HealthLight light(Health::Caution);
        QCOMPARE(spoken(&light, QAccessible::Name), healthName(Health::Caution));
        TextLabel label(QStringLiteral("Points `projectify.test` at **Render**"));
        QCOMPARE(spoken(&label, QAccessible::Name), QStringLiteral("Points projectify.test at Render"));
    }

    void aSecretShowsOnlyWhileTheKeyIsDown()
    {
        SecretCell cell;
        cell.setSecret(22, QStringLiteral("7c1f"), [] { return QStringLiteral("example-not-a-real-key"); });
        test::picture(&cell, QSize(300, 24));
        cell.setFocus();
        QTest::keyPress(&cell, Qt::Key_R);
        QVERIFY(cell.shown());
        QVERIFY(!spoken(&cell, QAccessible::Value).contains(QStringLiteral("example")));
        QKeyEvent repeat(QEvent::KeyRelease, Qt::Key_R, Qt::NoModifier, QString(), true);
        QApplication::sendEvent(&cell, &repeat);
        QVERIFY(cell.shown());
        QTest::keyRelease(&cell, Qt::Key_R);
        QVERIFY(!cell.shown());
    }
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_Parts)
#include "tst_Parts.moc"
