//! Several tests at a time.

use raftsh::suite::parallel::in_order;

#[test]
fn results_come_in_order_and_one_can_stop() {
    for count in [0, 1, 7, 500] {
        let mut taken = Vec::new();
        // Some take longer than others.
        let work = |nth| if nth % 3 == 0 { (0..10_000).fold(nth, |x, y| (x ^ y) ^ y) } else { nth };
        in_order(count, work, |nth| {
            taken.push(nth);
            true
        });
        assert_eq!(taken, (0..count).collect::<Vec<_>>());
    }
    let mut taken = Vec::new();
    in_order(
        500,
        |nth| nth,
        |nth| {
            taken.push(nth);
            nth < 9
        },
    );
    assert_eq!(taken, (0..10).collect::<Vec<_>>());
}
