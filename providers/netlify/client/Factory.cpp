#include "providers/netlify/client/Factory.h"

#include "providers/netlify/client/Provider.h"

namespace switchyard::netlify {

std::shared_ptr<HostingProvider> makeProvider(Account account, http::Options options)
{
    return std::make_shared<Provider>(std::move(account), std::move(options));
}

} // namespace switchyard::netlify
