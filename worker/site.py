"""Registrable domains, by the list of publicsuffix.org: where one outlet ends and another begins."""

from functools import lru_cache
from urllib.parse import urlsplit

from tld import get_fld


@lru_cache(maxsize=4096)
def site_of(url: str) -> str:
    """Give the registrable domain of an address, its host and port where it has none (an IP address, a test's name).

    Names under which anybody may put a site (`blogspot.com`) are no domain of one outlet.
    """
    return get_fld(url, fail_silently=True, search_private=True) or urlsplit(url).netloc.lower()
