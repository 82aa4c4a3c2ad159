//! Trouble and weather, as tests order them.

use super::deliver;
use super::state::Delivery;
use super::{Fault, Hub, Trouble, Weather};

impl Hub {
    /// The next so many calls of an operation go wrong.
    pub fn trouble(&self, on: &str, times: usize, what: Trouble) {
        self.trouble_after(on, 0, times, what);
    }

    /// The same, after so many that go well.
    pub fn trouble_after(&self, on: &str, after: usize, times: usize, what: Trouble) {
        self.world().faults.push(Fault { on: on.to_owned(), after, times, what });
    }

    /// Ends all trouble that was not met yet.
    pub fn no_trouble(&self) {
        self.world().faults.clear();
    }

    /// How much trouble was not met yet.
    pub fn troubles(&self) -> usize {
        self.world().faults.len()
    }

    /// So many calls are left to the installation at an account.
    pub fn limit(&self, account: &str, left: u64) {
        let id = self.app().installation(account);
        self.world().left.insert(id, left);
    }

    pub fn weather(&self, weather: Weather) {
        let mut world = self.world();
        let sending = world.weather.sending;
        world.weather = Weather { sending, ..weather };
    }

    /// Keeps deliveries back.
    pub fn hold(&self) {
        self.world().weather.held = true;
    }

    pub fn release(&self) {
        self.world().weather.held = false;
    }

    pub fn lose_next(&self, many: usize) {
        self.world().weather.lose_next = many;
    }

    pub fn twice_next(&self, many: usize) {
        self.world().weather.twice_next = many;
    }

    /// What was sent, with what was answered.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.world().log.clone()
    }

    /// What waits to be sent.
    pub fn waiting(&self) -> Vec<Delivery> {
        self.world().outbox.clone()
    }

    /// Sends a delivery again, as it was; the answer's status.
    pub async fn replay(&self, guid: &str) -> u16 {
        let (it, hook, secret) = {
            let world = self.world();
            let it = world.log.iter().find(|it| it.guid == guid).unwrap().clone();
            let app = &world.apps[&it.app];
            (it, app.hook.clone().unwrap(), app.secret.clone())
        };
        deliver::send(&it, &hook, &secret).await
    }
}
