#include "app/cli/Interrupt.h"

#include <QSocketNotifier>

#include <csignal>
#include <sys/eventfd.h>
#include <unistd.h>

namespace switchyard::cli {

namespace {
int interruptFd = -1;
void onSignal(int number)
{
    const quint64 one = 1;
    [[maybe_unused]] const auto written = ::write(interruptFd, &one, sizeof one);
    std::signal(number, SIG_DFL);
}
} // namespace

Interrupt::Interrupt(QObject* parent) : QObject(parent)
{
    interruptFd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    auto* notifier = new QSocketNotifier(interruptFd, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        quint64 count = 0;
        [[maybe_unused]] const auto got = ::read(interruptFd, &count, sizeof count);
        Q_EMIT requested();
    });
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Interrupt::~Interrupt()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    ::close(interruptFd);
    interruptFd = -1;
}

} // namespace switchyard::cli
