#pragma once

#include "app/base/Clock.h"

#include <QHash>
#include <QString>

namespace switchyard::simulator {

/// Counts calls by class ("core", "deploys") and key (a token, an app) the two ways providers do: a bucket that refills steadily, or a
/// fixed window that starts with the first call. Time is the run's clock. A class that was not defined lets everything pass.
class RateLimiter {
public:
    explicit RateLimiter(Clock* clock) : m_clock(clock) {}

    void defineBucket(const QString& name, int capacity, double refillPerSecond);
    void defineWindow(const QString& name, int limit, Seconds window);

    struct Decision {
        bool allowed = true;
        int limit = 0;        ///< 0: the class has none
        int remaining = 0;
        Seconds retryAfter{0};///< until the next call may pass, rounded up; 0 when allowed
        TimePoint reset{};    ///< when the window ends or the bucket is full
    };
    Decision take(const QString& name, const QString& key = {}, int cost = 1);
    /// Uses up what is left, so that the next call is refused.
    void exhaust(const QString& name, const QString& key = {});

private:
    struct Class {
        int limit = 0;
        double perSecond = 0;
        Seconds window{0};
    };
    struct State {
        double tokens = 0;
        TimePoint at{};       ///< bucket: last refill; window: its start
    };
    State& refilled(const QString& name, const QString& key, const Class& what);

    Clock* m_clock;
    QHash<QString, Class> m_classes;
    QHash<QString, State> m_states;
};

} // namespace switchyard::simulator
