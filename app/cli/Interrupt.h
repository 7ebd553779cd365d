#pragma once

#include <QObject>

namespace switchyard::cli {

/// Turns SIGINT and SIGTERM into a Qt signal on the main thread. The first asks the program to stop in good order; the second ends it
/// at once, as a person would expect.
class Interrupt final : public QObject {
    Q_OBJECT
public:
    explicit Interrupt(QObject* parent = nullptr);
    ~Interrupt() override;

Q_SIGNALS:
    void requested();
};

} // namespace switchyard::cli
