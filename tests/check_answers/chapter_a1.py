"""Answers to the exercises of appendix A1: name -> (right, wrong ones)."""

ANSWERS = {
    "carried_state": (-0.012, [0, 0.93, -1.2, 93.5, "small"]),
    "one_id_for_all": (
        (661, 657),
        [(13130, 13130), (661, 661), (657, 661), (660, 657), (661, 1), 661, (1, 2, 3)],
    ),
}
