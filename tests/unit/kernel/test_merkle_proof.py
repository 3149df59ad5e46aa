"""Notes, checkpoints and proofs: the texts that leave the house."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dothi.kernel.merkle import (
    NotProven,
    checkpoint,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    note,
    proof,
)
from dothi.kernel.merkle import root as root_of

ORIGIN = "hanoi.example/ledger"
SIGNER = note.Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = note.Signer("witness.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
LEAVES = [leaf_hash(str(number).encode()) for number in range(11)]
CHECKPOINT = checkpoint.Checkpoint(ORIGIN, 11, root_of(LEAVES))


def make_proof(extra: bytes = b"") -> proof.Proof:
    """A proof that leaf 6 is in the tree of 11."""
    path = tuple(inclusion_proof(nodes_of(LEAVES), 6, 11))
    return proof.Proof(6, path, checkpoint.sign(CHECKPOINT, [SIGNER]), extra)


class TestNote:
    # The example in the documentation of golang.org/x/mod/sumdb/note.
    KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    TEXT = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    SIGNATURE = (
        "— PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )

    def test_reads_a_note_of_another_implementation(self) -> None:
        key = note.parse_public_key(self.KEY)
        assert note.read(f"{self.TEXT}\n{self.SIGNATURE}\n", [key]) == (self.TEXT, [key])

    def test_writes_a_key_as_another_implementation_does(self) -> None:
        assert str(note.parse_public_key(self.KEY)) == self.KEY

    def test_refuses_a_key_with_an_id_that_is_not_its_own(self) -> None:
        with pytest.raises(ValueError, match="belong"):
            note.parse_public_key(self.KEY.replace("c74f20a3", "c74f20a4"))

    def test_names_every_known_key_that_signed(self) -> None:
        signed = note.sign("a\n", [SIGNER, WITNESS])
        keys = [SIGNER.public_key, WITNESS.public_key]
        assert note.read(signed, keys)[1] == keys
        assert note.read(signed, keys[1:])[1] == keys[1:]

    def test_refuses_a_note_that_nobody_known_has_signed(self) -> None:
        with pytest.raises(NotProven):
            note.read(note.sign("a\n", [WITNESS]), [SIGNER.public_key])

    def test_refuses_a_false_signature_beside_a_true_one(self) -> None:
        false = note.sign("b\n", [WITNESS]).split("\n\n")[1]
        with pytest.raises(NotProven):
            note.read(note.sign("a\n", [SIGNER]) + false, [SIGNER.public_key, WITNESS.public_key])

    @pytest.mark.parametrize("text", ["", "a", "a\t\n", "a\r\n", "\x00\n"])
    def test_refuses_to_sign_what_is_no_text_of_a_note(self, text: str) -> None:
        with pytest.raises(ValueError, match="newline"):
            note.sign(text, [SIGNER])

    def test_takes_base64_in_one_spelling_only(self) -> None:
        assert base64.b64decode("QQ==") == base64.b64decode("QR==") == b"A"
        assert note.decode64("QQ==") == b"A"
        with pytest.raises(ValueError, match="stray"):
            note.decode64("QR==")

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b"])
    def test_refuses_a_key_without_a_proper_name(self, name: str) -> None:
        with pytest.raises(ValueError, match="name"):
            note.PublicKey(name, bytes(32))


class TestCheckpoint:
    def test_reads_what_it_signs(self) -> None:
        signed = checkpoint.sign(CHECKPOINT, [SIGNER])
        assert checkpoint.read(signed, [SIGNER.public_key], ORIGIN) == CHECKPOINT

    def test_has_the_text_of_the_standard(self) -> None:
        root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        text = checkpoint.Checkpoint("example.com/behind-the-sofa", 20852163, root).text
        assert text == "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    def test_of_another_log_is_refused(self) -> None:
        other = note.sign(checkpoint.Checkpoint("other", 11, CHECKPOINT.root).text, [SIGNER])
        with pytest.raises(NotProven, match="other"):
            checkpoint.read(other, [SIGNER.public_key], ORIGIN)

    @pytest.mark.parametrize("size", ["011", "-1", "+11", "1_1", "", "١"])
    def test_refuses_another_spelling_of_the_size(self, size: str) -> None:
        with pytest.raises(NotProven):
            checkpoint.parse(f"{ORIGIN}\n{size}\n{note.encode64(CHECKPOINT.root)}\n")

    def test_refuses_extension_lines(self) -> None:
        with pytest.raises(NotProven):
            checkpoint.parse(CHECKPOINT.text + "more\n")


class TestProof:
    @pytest.mark.parametrize("extra", [b"", b"salt"])
    def test_reads_what_it_writes(self, extra: bytes) -> None:
        written = make_proof(extra)
        assert proof.parse(str(written)) == written
        assert proof.verify(written, LEAVES[6], [SIGNER.public_key], ORIGIN) == CHECKPOINT

    def test_of_a_log_with_one_entry_has_no_path(self) -> None:
        alone = checkpoint.Checkpoint(ORIGIN, 1, LEAVES[0])
        written = proof.Proof(0, (), checkpoint.sign(alone, [SIGNER]))
        assert str(written).startswith("c2sp.org/tlog-proof@v1\nindex 0\n\n")
        assert proof.verify(proof.parse(str(written)), LEAVES[0], [SIGNER.public_key], ORIGIN) == alone

    def test_of_any_single_changed_bit_is_refused(self) -> None:
        text = str(make_proof()).encode()
        for bit in range(len(text) * 8):
            changed = bytearray(text)
            changed[bit // 8] ^= 1 << bit % 8
            assert not holds(bytes(changed)), bit

    def test_refuses_an_inner_node_as_a_leaf(self) -> None:
        whole = make_proof()
        parent = node_hash(LEAVES[6], LEAVES[7])
        with pytest.raises(NotProven):
            proof.verify(
                proof.Proof(3, whole.path[1:], whole.checkpoint), parent, [SIGNER.public_key], ORIGIN
            )

    @pytest.mark.parametrize(
        "text",
        ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\n"],
    )
    def test_refuses_what_is_no_proof(self, text: str) -> None:
        with pytest.raises(NotProven):
            proof.parse(text)


def holds(text: bytes) -> bool:
    """Whether the text proves that leaf 6 is in the log."""
    try:
        parsed = proof.parse(text.decode())
        proof.verify(parsed, LEAVES[6], [SIGNER.public_key], ORIGIN)
    except (NotProven, UnicodeDecodeError):
        return False
    return True
