#pragma once

#include "app/ports/Service.h"
#include "widgets/parts/Paint.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace switchyard::ui {

/// A plan in the list of recent ones.
struct RecentPlan {
    QString file;
    QString name;               ///< "projectify"
    QString title;              ///< "Heroku + Netlify to Render"
    QStringList source;         ///< monograms: {"He", "Nl"}
    QStringList target;
    QString state;              ///< "Rehearsed 3 times"
    ChipTone tone = ChipTone::Mode;
    QString icon;               ///< of the chip: "rehearsal"
    QString date;               ///< "Today 18:42"
    bool soon = false;          ///< the date is tonight's: shown in text.1
    QString problem;            ///< why it can't be read; empty: it can
    QString runDirectory;       ///< an unfinished run that Enter resumes; empty: Enter opens the plan
    int rehearsals = 0;         ///< finished ones; the next is one more
};

/// A template that ships with the program.
struct TemplateInfo {
    QString id;                 ///< "projectify"
    QString title;              ///< "Heroku + Netlify to Render"
    QString text;               ///< "Postgres, Redis, worker, domains, certificates"
    QStringList source;
    QStringList target;
    int steps = 0;
    QString downtime;           ///< "3 to 15 min down"
    int rehearsals = 0;
};

struct AccountInKeyring {
    QString name;
    Health health = Health::Unknown;
};

struct WelcomeData {
    QString version;
    std::vector<RecentPlan> plans;
    std::vector<TemplateInfo> templates;
    std::vector<AccountInKeyring> accounts;
    QString keyring;            ///< "Accounts in the system keyring", or why there is none
};

} // namespace switchyard::ui
