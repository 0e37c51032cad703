"""What a service keeps of the city between requests."""

import scope_town

from api.deps import City
from geodata.workspace import Workspace
from gridmap.tables import HazardSite
from gridmap.work.grants import rights_of


def test_a_scope_reads_the_sites_that_its_picture_leaves_out(tmp_path):
    store = scope_town.filled(Workspace(tmp_path))
    with store.transaction(write=True) as transaction:
        site = transaction.read(HazardSite, hazard_id=["H1"])
        transaction.upsert(site.assign(status="deregistered"), HazardSite)
        transaction.advance("test")
    city = City(store).acting("planner", "test", rights_of(store, "planner"))
    assert "H1" not in set(city.picture().frames[HazardSite]["hazard_id"])
    with city.store.transaction() as transaction:
        assert "H1" in set(transaction.read(HazardSite)["hazard_id"])
    city.close()
