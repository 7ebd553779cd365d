#include "providers/heroku/client/Factory.h"

#include "providers/heroku/client/Provider.h"

namespace switchyard::heroku {

std::shared_ptr<HostingProvider> makeProvider(Account account, http::Options options)
{
    return std::make_shared<Provider>(std::move(account), std::move(options));
}

} // namespace switchyard::heroku
