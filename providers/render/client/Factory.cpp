#include "providers/render/client/Factory.h"

#include "providers/render/client/Provider.h"

namespace switchyard::render {

std::shared_ptr<HostingProvider> makeProvider(Account account, http::Options options)
{
    return std::make_shared<Provider>(std::move(account), std::move(options));
}

} // namespace switchyard::render
