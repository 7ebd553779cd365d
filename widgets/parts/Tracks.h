#pragma once

#include "widgets/parts/PaintedWidget.h"

#include <vector>

namespace switchyard::ui {

/// Joins a source row with its target row.
enum class PipeLook { Settled, NeedsLook, Moving, NotMoved, Broken, Waiting };

struct PipeContent {
    PipeLook look = PipeLook::NotMoved;
    QString label;                        ///< may hold `values` and **strong words**; plain when painted
    QString name;                         ///< Moving: "Verify"
    QString amount;                       ///< Moving: "9 of 14 tables match"
    double preseed = 0, delta = 0, verify = 0; ///< Moving; running is the first below 1
    double share = -1;                    ///< Moving: one bar instead of three
};

namespace paint {
/// Line at the box's middle, label on a gap of the canvas; while moving a box of 324 x 38 with name, amount and bars.
void pipe(QPainter* p, const QRectF& box, const PipeContent& content);
}

/// A pipe as a widget, for the component sheet and for pages built of widgets.
class Pipe : public PaintedWidget {
    Q_OBJECT
public:
    explicit Pipe(QWidget* parent = nullptr);
    void setContent(const PipeContent& content);
    [[nodiscard]] QSize sizeHint() const override { return {412, 54}; }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::ProgressBar; }
    [[nodiscard]] QString spokenName() const override;
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    PipeContent m_content;
};

/// One bar a probe: low for maintenance, full for real answers, coloured by who answered. Hovering tells status, time and address.
class ProbeStrip : public PaintedWidget {
    Q_OBJECT
public:
    enum class Answer { Unknown, Source, Maintenance, Failed, Target };
    struct Sample {
        Answer answer = Answer::Unknown;
        QString detail; ///< tooltip: "22:46:30, 200 in 61 ms from 216.24.57.1"
    };
    explicit ProbeStrip(QWidget* parent = nullptr);
    void setSamples(const std::vector<Sample>& samples);
    [[nodiscard]] QSize sizeHint() const override { return {360, 28}; }
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int first() const;
    std::vector<Sample> m_samples;
};

/// Steps of a host's certificate with their times; a step that the provider doesn't tell says so.
class CertificateSteps : public PaintedWidget {
    Q_OBJECT
public:
    enum class State { Done, Waiting, Coming, Failed, NotTold };
    struct Step {
        QString name;   ///< "Requested"
        State state = State::Coming;
        QString time;   ///< "22:05:51", "4:20"
    };
    explicit CertificateSteps(QWidget* parent = nullptr);
    void setSteps(const std::vector<Step>& steps);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Step> m_steps;
};

} // namespace switchyard::ui
