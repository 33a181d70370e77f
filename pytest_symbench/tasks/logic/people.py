"""First names for puzzles about people, all different."""

from __future__ import annotations

_WRITTEN = """
    Abel Ada Agnes Aidan Akira Alba Aldo Alma Amara Amir Anders Anita Anouk Anton Ariel Arlo Asha
    Astrid Aurora Axel Basil Beata Bella Benno Berta Bianca Boris Bram Bruno Carla Carmen Cecil
    Chiara Clara Claude Conrad Cyrus Daisy Damian Daria Dario Delia Denis Diana Diego Dinah Dora
    Doris Edgar Edith Egon Elena Elias Elif Ella Elvira Emil Emma Enzo Erik Esther Ethel Eva
    Fabian Farah Fatima Felix Fiona Flora Floyd Frank Freya Frida Gabor Galina Gemma George Gerda
    Gideon Gina Gloria Greta Gustav Hamid Hanna Harald Hattie Hazel Heidi Helga Henry Hilda Homer
    Hugo Ibrahim Ida Igor Ilse Imani Ines Ingrid Iris Isaac Isolde Ivan Jacob Jamal Janek Jasmin
    Jonas Josef Judith Julia Kamal Karin Kaspar Keiko Kenji Kira Klaus Lara Laszlo Leila Leo Lilian
    Linus Lorenz Louis Lucia Lydia Mabel Magda Malik Manuel Marco Marta Matteo Maurice Maya Mehmet
    Mila Milos Mina Miriam Moritz Nadia Naomi Nelson Nestor Nico Nikita Nina Nora Norman Odette Olaf
    Olga Oliver Omar Orla Oscar Otto Pablo Palmer Paula Pedro Petra Philip Piotr Priya Quentin Rachel
    Rafael Ramona Rashid Regina Renata Rico Robin Roland Rosa Rufus Ruth Sabine Salma Samir Sandra
    Selma Simon Sofia Stella Sven Tamar Tania Thea Theo Tibor Tomas Ursula Valeria Vera Victor Viola
    Walter Wanda Wilma Xenia Yara Yusuf Zelda Zora
"""

NAMES: tuple[str, ...] = tuple(_WRITTEN.split())
