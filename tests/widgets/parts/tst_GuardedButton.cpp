#include "widgets/parts/GuardedButton.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

namespace switchyard::ui {

class tst_GuardedButton : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().install(); }
    void init()
    {
        Theme::instance().setTwoPresses(false);
        m_window = std::make_unique<QWidget>();
        auto* column = new QVBoxLayout(m_window.get());
        m_other = new QLineEdit;
        m_button = new GuardedButton;
        column->addWidget(m_other);
        column->addWidget(m_button);
        m_button->setVerb(QStringLiteral("Switch 3 domains"));
        m_button->setTypedName(QStringLiteral("projectify"));
        m_button->setHold(Milliseconds(400));
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_spy = std::make_unique<QSignalSpy>(m_button, &GuardedButton::confirmed);
    }
    void cleanup()
    {
        m_spy.reset();
        m_window.reset();
    }

    void armsOnlyByTheExactName()
    {
        QCOMPARE(m_button->state(), GuardedButton::State::Unarmed);
        QCOMPARE(m_button->hint(), QStringLiteral("Type projectify to arm"));
        m_button->setTyped(QStringLiteral("Projectify"));
        QCOMPARE(m_button->state(), GuardedButton::State::Unarmed);
        m_button->setTyped(QStringLiteral("projectify"));
        QCOMPARE(m_button->state(), GuardedButton::State::Armed);
        QCOMPARE(m_button->title(), QStringLiteral("Hold to switch 3 domains"));
        m_button->setBlocked(QStringLiteral("Blocked by step 14"));
        QCOMPARE(m_button->state(), GuardedButton::State::Blocked);
        m_button->setFocus();
        QTest::keyPress(m_button, Qt::Key_Return);
        QCOMPARE(m_button->state(), GuardedButton::State::Blocked);
    }

    void confirmsAfterTheWholeHold_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("Enter") << int(Qt::Key_Return);
        QTest::newRow("Space") << int(Qt::Key_Space);
        QTest::newRow("mouse") << 0;
    }
    void confirmsAfterTheWholeHold()
    {
        QFETCH(int, key);
        arm();
        QElapsedTimer timer;
        timer.start();
        if (key)
            QTest::keyPress(m_button, static_cast<Qt::Key>(key));
        else
            QTest::mousePress(m_button, Qt::LeftButton);
        QCOMPARE(m_button->state(), GuardedButton::State::Holding);
        QTRY_COMPARE(m_spy->size(), 1);
        QVERIFY(timer.elapsed() >= 380);
        QVERIFY(m_spy->first().first().toString().startsWith(QStringLiteral("held 0.4 s with ")));
    }

    void autoRepeatIsNotLettingGo()
    {
        arm();
        QTest::keyPress(m_button, Qt::Key_Return);
        // What X11 sends while a key stays down.
        for (int i = 0; i < 5; ++i) {
            QKeyEvent up(QEvent::KeyRelease, Qt::Key_Return, Qt::NoModifier, QString(), true);
            QKeyEvent down(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, QString(), true);
            QApplication::sendEvent(m_button, &up);
            QApplication::sendEvent(m_button, &down);
            QCOMPARE(m_button->state(), GuardedButton::State::Holding);
        }
        QTRY_COMPARE(m_spy->size(), 1);
    }

    void lettingGoDrainsAndChangesNothing()
    {
        arm();
        QTest::keyPress(m_button, Qt::Key_Space);
        QTRY_VERIFY(m_button->progress() > 0.2);
        QTest::keyRelease(m_button, Qt::Key_Space);
        QCOMPARE(m_button->state(), GuardedButton::State::Armed);
        QTRY_COMPARE(m_button->progress(), 0.0);
        QCOMPARE(m_spy->size(), 0);
    }

    void isCancelledByFocusPointerAndInterlock()
    {
        arm();
        QTest::keyPress(m_button, Qt::Key_Return);
        m_other->setFocus();
        QCOMPARE(m_button->state(), GuardedButton::State::Armed);

        m_button->setFocus();
        QTest::mousePress(m_button, Qt::LeftButton);
        QTest::mouseMove(m_button, QPoint(10, m_button->height() + 20));
        QCOMPARE(m_button->state(), GuardedButton::State::Holding);
        QTest::mouseMove(m_button, QPoint(10, m_button->height() + 30));
        QCOMPARE(m_button->state(), GuardedButton::State::Armed);
        QTest::mouseRelease(m_button, Qt::LeftButton);

        QTest::keyPress(m_button, Qt::Key_Return);
        m_button->setBlocked(QStringLiteral("Queue holds 2 jobs"));
        QCOMPARE(m_button->state(), GuardedButton::State::Blocked);
        QTRY_COMPARE(m_button->progress(), 0.0);
        QCOMPARE(m_spy->size(), 0);
    }

    void asksTheInterlocksAgainAtTheEnd()
    {
        arm();
        m_button->setRecheck([] { return QStringLiteral("Blocked by a new failure"); });
        QTest::keyPress(m_button, Qt::Key_Return);
        QTRY_COMPARE(m_button->state(), GuardedButton::State::Blocked);
        QCOMPARE(m_spy->size(), 0);
        QCOMPARE(m_button->hint(), QStringLiteral("Blocked by a new failure"));
    }

    void twoPressesInsteadOfAHold()
    {
        Theme::instance().setTwoPresses(true);
        arm();
        QTest::keyClick(m_button, Qt::Key_Return);
        QCOMPARE(m_spy->size(), 0);
        QVERIFY(m_button->title().startsWith(QStringLiteral("Press again")));
        QTest::keyClick(m_button, Qt::Key_Return);
        QCOMPARE(m_spy->size(), 1);
        QCOMPARE(m_spy->first().first().toString(), QStringLiteral("two presses with Enter"));
        // Looking away forgets the first press.
        QTest::keyClick(m_button, Qt::Key_Return);
        m_other->setFocus();
        m_button->setFocus();
        QTest::keyClick(m_button, Qt::Key_Return);
        QCOMPARE(m_spy->size(), 1);
    }

    void saysWhatBecameOfIt()
    {
        arm();
        m_button->setSending(QStringLiteral("Switching 2 of 3"));
        QTest::keyPress(m_button, Qt::Key_Return);
        QCOMPARE(m_button->state(), GuardedButton::State::Sending);
        m_button->setFailed(QStringLiteral("1 of 3 failed"), QStringLiteral("The other 2 were put back"));
        QCOMPARE(m_button->hint(), QStringLiteral("The other 2 were put back"));
        m_button->reset();
        QCOMPARE(m_button->state(), GuardedButton::State::Armed);
    }

private:
    void arm()
    {
        m_button->setBlocked({});
        m_button->setTyped(QStringLiteral("projectify"));
        m_button->setFocus();
        QCOMPARE(m_button->state(), GuardedButton::State::Armed);
    }
    std::unique_ptr<QWidget> m_window;
    QLineEdit* m_other = nullptr;
    GuardedButton* m_button = nullptr;
    std::unique_ptr<QSignalSpy> m_spy;
};

} // namespace switchyard::ui

QTEST_MAIN(switchyard::ui::tst_GuardedButton)
#include "tst_GuardedButton.moc"
