//! What rules have worked out about objects during one change.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Oid, RefName, RefUpdate};

/// Remembers, for one change, what a rule found in an object, so that 2,000 refs
/// that share a blob read it once. Pure: the same question has the same answer.
#[derive(Default)]
pub struct Memory {
    found: RefCell<HashMap<Key, Rc<dyn Any>>>,
    about: RefCell<HashMap<About, Rc<dyn Any>>>,
}

/// What kind of finding, about which ref update.
type About = (TypeId, RefName, Option<Oid>);

/// Whose settings (those without fields may share an address, so their type
/// too), what kind of finding, about which object.
type Key = (usize, TypeId, Option<Oid>);

impl Memory {
    /// What `work` finds out about `oid`, from memory if it was asked before.
    ///
    /// `whose` tells one rule's settings from another's: pass the settings.
    pub fn recall<S: 'static, T: 'static, E>(
        &self,
        whose: &S,
        oid: Oid,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        self.remember(whose, Some(oid), work)
    }

    /// What `work` finds out about the change as a whole, from memory if it was
    /// asked before. `whose` is as in [`Memory::recall`].
    pub fn once<S: 'static, T: 'static, E>(
        &self,
        whose: &S,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        self.remember(whose, None, work)
    }

    /// What `work` finds out about a ref update, whoever asks, from memory if it was
    /// asked before. What is not known is asked anew.
    pub fn about<T: 'static, E>(
        &self,
        update: &RefUpdate,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        let key = (TypeId::of::<T>(), update.name.clone(), update.new_oid());
        let known = self.about.borrow().get(&key).cloned();
        if let Some(known) = known.and_then(|it| it.downcast::<T>().ok()) {
            return Ok(known);
        }
        let found = Rc::new(work()?);
        self.about.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    fn remember<S: 'static, T: 'static, E>(
        &self,
        whose: &S,
        oid: Option<Oid>,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        let key = (std::ptr::from_ref(whose).addr(), TypeId::of::<(S, T)>(), oid);
        let known = self.found.borrow().get(&key).cloned();
        if let Some(known) = known.and_then(|it| it.downcast::<T>().ok()) {
            return Ok(known);
        }
        let found = Rc::new(work()?);
        self.found.borrow_mut().insert(key, found.clone());
        Ok(found)
    }
}
